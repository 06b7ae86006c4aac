import type { Theme } from "@portico/kit/colour";
import { type ComponentType, render } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { silence } from "./api";
import { readBootstrap } from "./bootstrap";
import { setPhrases } from "./phrases";
import { isPreview, listenToConsole } from "./preview";
import { usePath } from "./router";
import { screenOf } from "./screens";
import { rememberQuery } from "./session";
import "./style.css";
import { applyCustomStyle, applyTheme, chooseTheme, onThemeChange } from "./theme";
import type { Bootstrap, SignInExperience } from "./types";
import { ViewContext } from "./view";

interface Look {
  settings: SignInExperience;
  language: string;
  theme: Theme;
  platform: "web" | "mobile";
}

/** Draws the screen of the current path; the one before stays until its script has arrived. */
function App({ bootstrap, first }: { bootstrap: Bootstrap; first: ComponentType }) {
  const [look, setLook] = useState<Look>(() => ({
    settings: bootstrap.signInExperience,
    language: bootstrap.phrases.language,
    theme: chooseTheme(bootstrap.signInExperience),
    platform: "web",
  }));
  const path = usePath();
  const [shown, setShown] = useState<{ path: string; Screen: ComponentType }>({ path, Screen: first });

  useEffect(() => {
    if (isPreview()) {
      listenToConsole(bootstrap.previewOrigins ?? [], (message) => {
        if (message.phrases) setPhrases(message.language, message.phrases);
        applyCustomStyle(message.signInExperience.customCss);
        setLook({
          settings: message.signInExperience,
          language: message.language,
          theme: chooseTheme(message.signInExperience, message.theme),
          platform: message.platform,
        });
      });
    } else onThemeChange(() => setLook((now) => ({ ...now, theme: chooseTheme(now.settings) })));
  }, []);

  // Before the paint, so that no frame shows new content in old colours.
  useLayoutEffect(() => {
    applyTheme(look.settings, look.theme);
    document.documentElement.dataset.platform = look.platform;
  }, [look]);

  const mode = look.settings.signInMode;
  useEffect(() => {
    let current = true;
    void screenOf(path, mode)().then(({ default: Screen }) => {
      if (current) setShown({ path, Screen });
    });
    return () => {
      current = false;
    };
  }, [path, mode]);

  const { Screen } = shown;
  // A change of language draws everything anew; a change of path starts the screen afresh.
  return (
    <ViewContext.Provider value={{ ...look, app: bootstrap.app }}>
      <Screen key={`${shown.path} ${look.language}`} />
    </ViewContext.Provider>
  );
}

async function start(): Promise<void> {
  const root = document.getElementById("app");
  if (!root) return;
  rememberQuery();
  if (isPreview()) silence();
  // A page that comes back from the browser's cache shows a flow that has gone on without it.
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) location.reload();
  });
  const bootstrap = await readBootstrap();
  const { signInExperience } = bootstrap;
  setPhrases(bootstrap.phrases.language, bootstrap.phrases.data);
  applyTheme(signInExperience, chooseTheme(signInExperience));
  const path = location.pathname.replace(/^\/+|\/+$/g, "");
  const { default: first } = await screenOf(path, signInExperience.signInMode)();
  render(<App bootstrap={bootstrap} first={first} />, root);
}

void start();
