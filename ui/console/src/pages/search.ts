import { guideCategories, type GuideCategory } from '../guides/types';

/**
 * What the pages keep in the query of their address. Anything that is not understood is dropped, so
 * that an old or mistyped link still opens the page.
 */
type Query = Record<string, unknown>;

export interface ApplicationListSearch {
  tab?: 'third-party';
  page?: number;
  q?: string;
}

export function parseApplicationListSearch(query: Query): ApplicationListSearch {
  return {
    ...(query.tab === 'third-party' && { tab: query.tab }),
    ...parsePage(query),
    ...parseText(query),
  };
}

export interface LibrarySearch {
  category?: GuideCategory | 'featured';
  q?: string;
}

export function parseLibrarySearch(query: Query): LibrarySearch {
  const category = [...guideCategories, 'featured' as const].find((each) => each === query.category);
  return { ...(category && { category }), ...parseText(query) };
}

export interface UserListSearch {
  page?: number;
  q?: string;
}

export function parseUserListSearch(query: Query): UserListSearch {
  return { ...parsePage(query), ...parseText(query) };
}

/** The page number of a list; the first page is left out of the address. */
export function parsePage(query: Query): { page?: number } {
  const page = Number(query.page);
  return Number.isInteger(page) && page > 1 ? { page } : {};
}

/** What was searched for. */
export function parseText(query: Query): { q?: string } {
  // The router reads `q=42` as a number.
  const text = typeof query.q === 'string' || typeof query.q === 'number' ? String(query.q) : '';
  return text === '' ? {} : { q: text };
}
