import type { Theme } from "@portico/kit/colour";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Bootstrap, Identifier, SignInExperience, SocialConnector } from "./types";

/** Everything a screen needs to know to draw itself. */
export interface View {
  settings: SignInExperience;
  app: Bootstrap["app"];
  theme: Theme;
  language: string;
  platform: "web" | "mobile";
}

/** The current view; the root always provides one. */
export const ViewContext = createContext<View | undefined>(undefined);

/** The current view. */
export function useView(): View {
  const view = useContext(ViewContext);
  if (!view) throw new Error("useView outside of the app");
  return view;
}

/** Ways to name an account that may be combined with a password. */
export const passwordIdentifiers = (settings: SignInExperience): Identifier[] =>
  settings.signIn.methods.filter((method) => method.password).map((method) => method.identifier);

/** Addresses that may be proven by a code to sign in. */
export const codeIdentifiers = (settings: SignInExperience): Identifier[] =>
  settings.signIn.methods.filter((method) => method.verificationCode).map((method) => method.identifier);

/** Addresses that recover a forgotten password. */
export const recoveryIdentifiers = ({ forgotPassword }: SignInExperience): Identifier[] =>
  (["email", "phone"] as const).filter((type) => forgotPassword[type]);

/** Social providers that a browser can use, one per target, web before universal. */
export function socialConnectors(settings: SignInExperience): SocialConnector[] {
  const usable = new Map<string, SocialConnector>();
  for (const connector of settings.socialConnectors) {
    if (connector.platform === "Native") continue;
    const known = usable.get(connector.target);
    if (!known || (known.platform === "Universal" && connector.platform !== "Universal")) {
      usable.set(connector.target, connector);
    }
  }
  return [...usable.values()];
}

/** Name of a connector in the page's language. */
export const connectorName = (connector: SocialConnector, language: string) =>
  connector.name[language] ?? connector.name[language.split("-")[0] ?? ""] ?? connector.name.en;
