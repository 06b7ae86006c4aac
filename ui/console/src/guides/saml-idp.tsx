import type { Guide } from './types';

export const guide: Guide = {
  id: 'saml-idp',
  name: 'SAML',
  description: 'Be the identity provider of an app that speaks SAML 2.0.',
  category: 'SAML',
  applicationType: 'SAML',
  skipGuideAfterCreation: true,
};
