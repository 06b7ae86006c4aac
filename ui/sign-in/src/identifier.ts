import { currentLanguage, joined, t } from "./phrases";
import type { Identifier, UsernamePolicy } from "./types";

/** A named account as the server expects it. */
export interface TypedIdentifier {
  type: Identifier;
  value: string;
}

/** Which kind of name was typed, of those allowed. */
export function detect(typed: string, allowed: readonly Identifier[]): TypedIdentifier | undefined {
  const value = typed.trim();
  const compact = value.replace(/[\s().-]/g, "");
  const looksLikePhone = /^\+?\d{3,}$/.test(compact);
  if (value.includes("@") && allowed.includes("email")) return { type: "email", value };
  if (looksLikePhone && allowed.includes("phone")) return { type: "phone", value: compact.replace("+", "") };
  const fallback = (["username", "email", "phone"] as const).find((type) => allowed.includes(type));
  return fallback && { type: fallback, value };
}

/** What is wrong with a typed name; undefined when nothing is. */
export function problem({ type, value }: TypedIdentifier, allowed: readonly Identifier[]): string | undefined {
  if (!value) return t("error.general_required", { types: listed(allowed) });
  if (type === "email" && !/^\S+@\S+\.\S+$/.test(value)) return t("error.invalid_email");
  if (type === "phone" && !/^\d{6,15}$/.test(value)) return t("error.invalid_phone");
  return undefined;
}

/** Name of each kind within a sentence of the page's language. */
const names: Record<Identifier, () => string> = {
  username: () => t("description.username"),
  email: () => t("description.email"),
  phone: () => t("description.phone_number"),
};

const listed = (allowed: readonly Identifier[]) => joined(allowed.map((type) => names[type]()), "disjunction");

/** Label of a field that takes any of the kinds allowed. */
export function label(allowed: readonly Identifier[]): string {
  const text = listed(allowed);
  return text.charAt(0).toLocaleUpperCase(currentLanguage()) + text.slice(1);
}

/** The input type that brings the right keyboard for the kinds allowed. */
export function inputType(allowed: readonly Identifier[]): "text" | "email" | "tel" {
  if (allowed.length !== 1) return "text";
  if (allowed[0] === "email") return "email";
  return allowed[0] === "phone" ? "tel" : "text";
}

/** What is wrong with a new username, in the order of the server's own checks; undefined when nothing is. */
export function usernameProblem(value: string, policy: UsernamePolicy = {}): string | undefined {
  const { minLength = 1, maxLength = 128, allowedChars = {} } = policy;
  if (!value) return t("error.username_required");
  if (/^\d/.test(value)) return t("error.username_should_not_start_with_number");
  if (/\W/.test(value)) return t("error.username_invalid_charset");
  if (value.length < minLength) return t("error.username_too_short", { min: minLength });
  if (value.length > maxLength) return t("error.username_too_long", { max: maxLength });
  if (allowedChars.uppercase === false && /[A-Z]/.test(value)) return t("error.username_uppercase_not_allowed");
  if (allowedChars.lowercase === false && /[a-z]/.test(value)) return t("error.username_lowercase_not_allowed");
  if (allowedChars.numbers === false && /\d/.test(value)) return t("error.username_numbers_not_allowed");
  if (allowedChars.underscore === false && value.includes("_")) return t("error.username_underscore_not_allowed");
  return undefined;
}

/** A sentence with the rules for usernames; undefined when nothing but the usual holds. */
export function usernameHint(policy: UsernamePolicy = {}): string | undefined {
  const { minLength = 1, maxLength = 128, allowedChars = {} } = policy;
  const items: string[] = [];
  if (minLength > 1 || maxLength < 128) {
    items.push(t("description.username_requirement.length", { min: minLength, max: maxLength }));
  }
  const kinds = [
    allowedChars.uppercase !== false && t("description.username_character.uppercase"),
    allowedChars.lowercase !== false && t("description.username_character.lowercase"),
    allowedChars.numbers !== false && t("description.username_character.number"),
    allowedChars.underscore !== false && t("description.username_character.underscore"),
  ].filter((kind): kind is string => Boolean(kind));
  if (kinds.length < 4) {
    items.push(t("description.username_requirement.characters", { characters: joined(kinds, "conjunction") }));
  }
  return items.length > 0 ? t("description.username_requirements", { items: joined(items, "conjunction") }) : undefined;
}
