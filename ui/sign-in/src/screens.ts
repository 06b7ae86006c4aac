import type { ComponentType } from "preact";
import { routes, type ScreenName } from "./routes";
import type { SignInExperience } from "./types";

type Load = () => Promise<{ default: ComponentType }>;

/** Every screen is its own script, loaded when it is first needed. */
const screens = {
  SignIn: () => import("./screens/SignIn"),
  Register: () => import("./screens/Register"),
  RegisterPassword: () => import("./screens/RegisterPassword"),
  Continue: () => import("./screens/Continue"),
  Address: () => import("./screens/Address"),
  Code: () => import("./screens/Code"),
  ResetPassword: () => import("./screens/ResetPassword"),
  Callback: () => import("./screens/Callback"),
  SocialLink: () => import("./screens/SocialLink"),
  Direct: () => import("./screens/Direct"),
  Consent: () => import("./screens/Consent"),
  Device: () => import("./screens/Device"),
  Problem: () => import("./screens/Problem"),
} satisfies Record<ScreenName, Load>;

/** The screen of a path (without slashes at its ends), with the sign-in mode respected. */
export function screenOf(path: string, mode: SignInExperience["signInMode"]): Load {
  const parts = path.split("/");
  const name = routes[path] ?? routes[parts.slice(0, 2).join("/")] ?? routes[parts[0] ?? ""] ?? "Problem";
  if (name === "SignIn" && mode === "Register") return screens.Register;
  if (name === "Register" && mode === "SignIn") return screens.SignIn;
  return screens[name];
}
