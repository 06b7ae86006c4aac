import type en from "./en.json";

/** All strings of one language, as in `<locale>.json`. */
export type Phrases = typeof en;

/** Strings of the pages; the shape served by `GET /api/.well-known/phrases`. */
export type PagePhrases = Phrases["translation"];

type Path<T> = {
  [K in keyof T & string]: T[K] extends string ? K : `${K}.${Path<T[K]>}`;
}[keyof T & string];

/** Dotted key of a page string. */
export type PhraseKey = Path<PagePhrases>;

/** Languages shipped with the product. */
export const languages = ["en", "de", "ar", "zh-CN"] as const;
