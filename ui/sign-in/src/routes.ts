/** Name of a screen: the file under `screens/`. */
export type ScreenName =
  | "SignIn"
  | "Register"
  | "RegisterPassword"
  | "Continue"
  | "Address"
  | "Code"
  | "ResetPassword"
  | "Callback"
  | "SocialLink"
  | "Direct"
  | "Consent"
  | "Device"
  | "Problem";

/**
 * Path, or its first one or two parts → screen; all else is `Problem`. Data alone, because the build
 * also turns it into `preload.json`, from which the server announces a screen's script.
 */
export const routes: Record<string, ScreenName> = {
  "": "SignIn",
  "sign-in": "SignIn",
  "identifier-sign-in": "SignIn",
  "single-sign-on": "SignIn",
  "reset-password": "SignIn",
  register: "Register",
  "identifier-register": "Register",
  "register/password": "RegisterPassword",
  "register/verification-code": "Code",
  continue: "Continue",
  "continue/verification-code": "Code",
  "sign-in/code": "Address",
  "sign-in/verification-code": "Code",
  "forgot-password": "Address",
  "forgot-password/verification-code": "Code",
  "forgot-password/reset": "ResetPassword",
  callback: "Callback",
  "social/link": "SocialLink",
  direct: "Direct",
  consent: "Consent",
  device: "Device",
};

