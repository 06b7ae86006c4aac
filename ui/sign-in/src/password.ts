import { ApiError } from "./api";
import { joined, lookUp, plural, t } from "./phrases";
import type { PasswordPolicy } from "./types";

/** One rule for new passwords, to be ticked off while typing. */
export interface Rule {
  text: string;
  met: (password: string) => boolean;
}

const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^\da-zA-Z]/];

/** Kinds of characters in a password: small letters, capitals, digits, symbols. */
const countKinds = (password: string) => kinds.filter((kind) => kind.test(password)).length;

/** The rules that can be checked while typing. */
export function passwordRules(policy: PasswordPolicy): Rule[] {
  const min = policy.length?.min ?? 8;
  const types = policy.characterTypes?.min ?? 1;
  const rules: Rule[] = [];
  if (min > 1) {
    rules.push({
      text: plural("description.password_requirement.length", min),
      met: (password) => [...password].length >= min,
    });
  }
  if (types > 1) {
    rules.push({
      text: plural("description.password_requirement.character_types", types),
      met: (password) => countKinds(password) >= types,
    });
  }
  return rules;
}

interface Issue {
  code: string;
  interpolation?: Record<string, string | number>;
}

const order = ["unsupported_characters", "too_short", "character_types", "too_long", "pwned"] as const;
const restricted = ["repetition", "sequence", "user_info", "words"] as const;

/** What a `password.rejected` answer should say at the field; undefined for other errors. */
export function rejection(error: unknown): string | undefined {
  if (!(error instanceof ApiError) || error.code !== "password.rejected") return undefined;
  const issues = (Array.isArray(error.data) ? error.data : []) as Issue[];
  const find = (name: string) => issues.find((issue) => issue.code === `password_rejected.${name}`);
  for (const name of order) {
    const issue = find(name);
    if (issue) return t(`error.password_rejected.${name}`, issue.interpolation);
  }
  const found = restricted.filter((name) => find(`restricted.${name}`));
  if (found.length === 0) return error.message;
  const list = found.map((name) => lookUp(`error.password_rejected.restricted.${name}`) ?? name);
  return t("error.password_rejected.restricted_found", { list: joined(list, "conjunction") });
}
