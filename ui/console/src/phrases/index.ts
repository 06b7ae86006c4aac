import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en, type Phrases } from './en';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}

/** Languages of the Console by tag, each with its own name for itself. */
export const languages = { en: 'English', de: 'Deutsch' } as const;

export type Language = keyof typeof languages;

const storageKey = 'portico.console.language';

const loaders: Record<Exclude<Language, 'en'>, () => Promise<Phrases>> = {
  de: async () => (await import('./de')).de,
};

function isLanguage(tag: string): tag is Language {
  return tag in languages;
}

/** The language chosen before, or the browser's first one that we have, or English. */
function preferredLanguage(): Language {
  const wanted = [localStorage.getItem(storageKey), ...navigator.languages];
  return wanted.map((tag) => tag?.split('-')[0] ?? '').find(isLanguage) ?? 'en';
}

async function show(language: Language): Promise<void> {
  if (language !== 'en' && !i18next.hasResourceBundle(language, 'translation')) {
    i18next.addResourceBundle(language, 'translation', await loaders[language]());
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

/** Switches the language and remembers it in this browser. */
export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(storageKey, language);
  await show(language);
}

/** To be awaited before the first render, so that no page flashes in English. */
export async function startPhrases(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    // React escapes what it renders.
    interpolation: { escapeValue: false },
  });
  await show(preferredLanguage());
}
