import { useTranslation } from 'react-i18next';

/** Writes a day in the reader's language, with the habits of their region where the browser tells it. */
export function useDayFormat(style: 'medium' | 'long' = 'medium'): (time: number) => string {
  const { i18n } = useTranslation();
  const regional = navigator.languages.find((tag) => tag.split('-')[0] === i18n.language);
  const format = new Intl.DateTimeFormat(regional ?? i18n.language, { dateStyle: style });
  return (time) => format.format(time);
}

/** Writes a day with the time of day, as [`useDayFormat`] does. */
export function useMomentFormat(): (time: number) => string {
  const { i18n } = useTranslation();
  const regional = navigator.languages.find((tag) => tag.split('-')[0] === i18n.language);
  const format = new Intl.DateTimeFormat(regional ?? i18n.language, { dateStyle: 'medium', timeStyle: 'short' });
  return (time) => format.format(time);
}
