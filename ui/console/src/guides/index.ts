import type { ComponentType } from 'react';
import type { Guide, GuideProps } from './types';

/**
 * Index of the guides. The same file is imported twice: with a query for its card, where
 * tree shaking drops the content, and without one, lazily, for the content.
 */
const cards = import.meta.glob<Guide>(['./*.tsx', '!./blocks.tsx'], {
  import: 'guide',
  query: '?card',
  eager: true,
});

const contents = import.meta.glob<ComponentType<GuideProps> | undefined>(['./*.tsx', '!./blocks.tsx'], {
  import: 'default',
});

const lastOrder = Number.POSITIVE_INFINITY;

/** All guides in the order of the library. */
export const guides: Guide[] = Object.values(cards).sort((left, right) => {
  const [a, b] = [left.order ?? lastOrder, right.order ?? lastOrder];
  return a === b ? left.name.localeCompare(right.name) : a - b;
});

/** The guide with this id, if there is one. */
export function findGuide(id: string): Guide | undefined {
  return guides.find((guide) => guide.id === id);
}

/** Loads the content of a guide; undefined when the guide has none. */
export async function loadContent(id: string): Promise<ComponentType<GuideProps> | undefined> {
  return contents[`./${id}.tsx`]?.();
}
