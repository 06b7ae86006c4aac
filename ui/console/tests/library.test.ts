import { describe, expect, it } from 'vitest';
import { guides } from '../src/guides';
import { filterGuides, guidesForType, isAvailable } from '../src/guides/filter';
import { guideCategories } from '../src/guides/types';
import { parseApplicationListSearch, parseLibrarySearch } from '../src/pages/search';

describe('guide library', () => {
  it('has 44 guides, every category among them', () => {
    expect(guides).toHaveLength(44);
    for (const category of guideCategories) {
      expect(filterGuides(guides, { category }), category).not.toHaveLength(0);
    }
  });

  it('finds by every word, whatever the case', () => {
    const names = filterGuides(guides, { q: 'NEXT router' }).map((guide) => guide.id);
    expect(names).toEqual(expect.arrayContaining(['web-next-app-router', 'web-next']));
    expect(names).not.toContain('web-express');
    expect(filterGuides(guides, { q: 'no such framework' })).toEqual([]);
  });

  it('combines search and category', () => {
    const found = filterGuides(guides, { q: 'express', category: 'API' });
    expect(found.map((guide) => guide.id)).toEqual(['api-express']);
  });

  it('offers all guides that protect an API', () => {
    const shown = filterGuides(guides, { category: 'API' });
    expect(shown).toHaveLength(3);
    expect(shown.filter((guide) => !isAvailable(guide))).toEqual([]);
  });

  it('offers an application only guides that have a page and fit its type', () => {
    for (const type of ['Traditional', 'SPA', 'Native', 'MachineToMachine']) {
      const fitting = guidesForType(guides, type);
      expect(fitting, type).not.toHaveLength(0);
      for (const guide of fitting) {
        expect(guide.applicationType).toBe(type);
        expect(guide.skipGuideAfterCreation).not.toBe(true);
        expect(isAvailable(guide)).toBe(true);
      }
    }
  });
});

describe('addresses of pages', () => {
  it('drops what it does not understand', () => {
    expect(parseLibrarySearch({ category: 'Nonsense', q: 7 })).toEqual({ q: '7' });
    expect(parseApplicationListSearch({ tab: 'other', page: '-1', q: '' })).toEqual({});
  });

  it('keeps what it understands', () => {
    expect(parseLibrarySearch({ category: 'SPA' })).toEqual({ category: 'SPA' });
    expect(parseApplicationListSearch({ tab: 'third-party', page: 3, q: 'shop' })).toEqual({
      tab: 'third-party',
      page: 3,
      q: 'shop',
    });
  });
});
