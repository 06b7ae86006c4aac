import { deriveBrand, type Theme } from "@portico/kit/colour";
import type { SignInExperience } from "./types";

const prefersDark = () => matchMedia("(prefers-color-scheme: dark)");

/** The theme to show: dark only where the settings allow it. */
export function chooseTheme(settings: SignInExperience, forced?: Theme): Theme {
  if (!settings.color.isDarkModeEnabled) return "light";
  return forced ?? (prefersDark().matches ? "dark" : "light");
}

/** Calls back when the system changes between light and dark. */
export const onThemeChange = (listener: () => void) => prefersDark().addEventListener("change", listener);

/** Sets the colours, the favicon and the custom style of the document. */
export function applyTheme(settings: SignInExperience, theme: Theme): void {
  const root = document.documentElement;
  root.dataset.theme = theme;
  const { primaryColor, darkPrimaryColor } = settings.color;
  const colours = deriveBrand(theme === "dark" ? darkPrimaryColor || primaryColor : primaryColor, theme);
  for (const [name, value] of Object.entries(colours ?? {})) {
    root.style.setProperty(`--brand-${name.toLowerCase()}`, value);
  }
}

/** Injects the administrator's style after all others. Only the preview needs it: the server inlines it otherwise. */
export function applyCustomStyle(css: string | null): void {
  let style = document.head.querySelector<HTMLStyleElement>("style[data-custom-css]");
  if (!style) {
    style = document.createElement("style");
    style.dataset.customCss = "";
    // The page's policy allows styles that carry its nonce only.
    style.nonce = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce ?? "";
  }
  style.textContent = css ?? "";
  document.head.append(style);
}
