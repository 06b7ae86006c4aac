import type { PhraseKey } from "@portico/phrases";
import type { PhraseTree } from "./types";

let tree: PhraseTree = {};
let language = "en";

const rightToLeft = new Set(["ar", "fa", "he", "ur", "ps", "ku"]);

/** Writing direction of a language tag. */
export const direction = (tag: string) => (rightToLeft.has(tag.split("-")[0] ?? "") ? "rtl" : "ltr");

/** Language of the strings now in use. */
export const currentLanguage = () => language;

/** Replaces all strings and sets the language and direction of the document. */
export function setPhrases(tag: string, data: PhraseTree): void {
  language = tag;
  tree = typeof data.translation === "object" ? data.translation : data;
  document.documentElement.lang = tag;
  document.documentElement.dir = direction(tag);
}

/** Looks a string up by a key that is known only at run time; undefined when there is none. */
export function lookUp(key: string): string | undefined {
  let node: string | PhraseTree | undefined = tree;
  for (const part of key.split(".")) node = typeof node === "object" ? node[part] : undefined;
  return typeof node === "string" ? node : undefined;
}

/** The string for a key with its `{{placeholders}}` filled; the key itself when the language lacks it. */
export function t(key: PhraseKey, values: Record<string, string | number> = {}): string {
  return (lookUp(key) ?? key).replace(/{{\s*(\w+)\s*}}/g, (_, name: string) => String(values[name] ?? ""));
}

/** A key prefix whose variants end in a plural category. */
type Counted = "description.password_requirement.length" | "description.password_requirement.character_types";

/** The plural form of a string for `count`. */
export function plural(key: Counted, count: number): string {
  const category = new Intl.PluralRules(language).select(count);
  const form = lookUp(`${key}_${category}`) === undefined ? "other" : category;
  return t(`${key}_${form}` as PhraseKey, { count });
}

/** Joins words as the language does ("a, b or c"). */
export const joined = (items: string[], type: "conjunction" | "disjunction") =>
  new Intl.ListFormat(language, { type, style: "long" }).format(items);
