import type { Guide } from './types';

export const guide: Guide = {
  id: 'protected-app',
  name: 'Protected app',
  description: 'Put sign-in in front of a site that has none, without changing its code.',
  category: 'Protected',
  applicationType: 'Protected',
  isFeatured: true,
  order: 1.4,
  skipGuideAfterCreation: true,
};
