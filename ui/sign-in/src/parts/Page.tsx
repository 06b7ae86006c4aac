import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { isSilent } from "../api";
import { t } from "../phrases";
import { useView } from "../view";
import { Icon } from "./Icon";
import { Mark } from "./Mark";

interface Props {
  title: string;
  subtitle?: ComponentChildren;
  /** Logo of another app, shown beside ours. */
  partnerLogo?: string | undefined;
  children?: ComponentChildren;
  /** Lines under the card's content, such as the way to the other screen. */
  footer?: ComponentChildren;
  /** Marks pages without a form, whose content is centred. */
  plain?: boolean;
}

/** Moves focus to where the person goes on: the first empty input with a mouse at hand, else the title. */
function useFirstFocus() {
  const page = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isSilent() || !page.current) return;
    const inputs = [...page.current.querySelectorAll<HTMLInputElement>("form input:not([readonly], [type=checkbox])")];
    const first = inputs.find((input) => !input.value) ?? inputs[0];
    // On touch screens a focused input would open the keyboard over half of the page.
    if (first && matchMedia("(pointer: fine)").matches) first.focus();
    else page.current.querySelector("h1")?.focus();
  }, []);
  return page;
}

/** Client of the administrators' own web app; its pages are Portico's unless they have another logo. */
const consoleId = "admin-console";

/** The frame of every screen: logo, title, content, signature. */
export function Page({ title, subtitle, partnerLogo, children, footer, plain }: Props) {
  const { settings, theme, app } = useView();
  const page = useFirstFocus();
  const { logoUrl, darkLogoUrl } = settings.branding;
  const logo = (theme === "dark" && darkLogoUrl) || logoUrl;
  const custom = settings.customContent[location.pathname];
  useEffect(() => {
    document.title = app?.name ? `${title} · ${app.name}` : title;
  }, [title]);
  const mayGoBack = history.length > 1 && !isSilent();
  return (
    <div class="logto_page-container">
      {custom && <aside class="logto_custom-content" dangerouslySetInnerHTML={{ __html: custom }} />}
      <main class={`logto_main-content${plain ? " plain" : ""}`} ref={page}>
        {mayGoBack && (
          <button type="button" class="back logto_back" onClick={() => history.back()}>
            <Icon name="back" />
            {t("action.back")}
          </button>
        )}
        <header class="logto_branding-header">
          {!logo && !partnerLogo && app?.id === consoleId && (
            <div class="logos">
              <Mark />
            </div>
          )}
          {(logo || partnerLogo) && (
            <div class="logos">
              {partnerLogo && <img class="logto_logo" src={partnerLogo} alt="" />}
              {partnerLogo && logo && <Icon name="link" />}
              {logo && <img class="logto_logo" src={logo} alt="" />}
            </div>
          )}
          <h1 class="logto_title" tabIndex={-1}>
            {title}
          </h1>
          {subtitle && <p class="subtitle">{subtitle}</p>}
        </header>
        {children}
        {footer && <footer class="footer">{footer}</footer>}
      </main>
      {!settings.hideLogtoBranding && <footer class="logto_signature">{t("description.signature")}</footer>}
    </div>
  );
}
