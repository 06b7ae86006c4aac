import { languages } from '@portico/phrases';

/** Languages in which the sign-in pages are shipped. */
export const pageLanguages: readonly string[] = languages;

type Loader = () => Promise<{ default: { translation: object } }>;

const loaders: Record<(typeof languages)[number], Loader> = {
  en: () => import('@portico/phrases/en.json'),
  de: () => import('@portico/phrases/de.json'),
  ar: () => import('@portico/phrases/ar.json'),
  'zh-CN': () => import('@portico/phrases/zh-CN.json'),
};

/** The strings of the sign-in pages in one of their languages. */
export async function loadPagePhrases(tag: string): Promise<object> {
  const known = languages.find((each) => each === tag) ?? 'en';
  return (await loaders[known]()).default.translation;
}

/** A language's own name for itself. */
export function languageName(tag: string): string {
  const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}
