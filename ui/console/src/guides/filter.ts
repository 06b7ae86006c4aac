import type { Guide, GuideCategory } from './types';

interface GuideFilter {
  category?: GuideCategory | 'featured';
  /** Every word has to occur in the name or the description. */
  q?: string;
}

/** The guides of a category in which all words of the search occur. */
export function filterGuides(guides: readonly Guide[], { category, q = '' }: GuideFilter): Guide[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  return guides.filter((guide) => {
    if (category === 'featured' ? !guide.isFeatured : category && guide.category !== category) return false;
    const text = `${guide.name} ${guide.description} ${guide.id}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/**
 * Whether this server can create what the guide is for. Protected applications need a gateway in
 * front of the application; SAML and dynamic applications have Management API routes of their own,
 * which this server does not have yet.
 */
export function isAvailable(guide: Guide): boolean {
  const missing: Guide['applicationType'][] = ['Protected', 'SAML'];
  return !missing.includes(guide.applicationType) && guide.id !== 'third-party-dynamic-app';
}

/** Guides with a page that fit an application of this type. */
export function guidesForType(guides: readonly Guide[], type: string): Guide[] {
  return guides.filter(
    (guide) => guide.applicationType === type && !guide.skipGuideAfterCreation && isAvailable(guide),
  );
}
