import { Text } from '@mantine/core';
import { GenericOidcContent } from './shared/generic-oidc';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'web-nuxt',
  name: 'Nuxt',
  description: 'A module with sign-in routes and a composable for Nuxt 3.',
  category: 'Traditional',
  applicationType: 'Traditional',
  logo: { mark: 'Nu', color: '#15803d' },
  order: 2,
};

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent
      {...props}
      flow="Traditional"
      framework="Nuxt"
      sdk={{ name: '@logto/nuxt', source: 'npm, package @logto/nuxt', install: 'npm install @logto/nuxt' }}
      redirectUri="http://localhost:3000/callback"
      postLogoutRedirectUri="http://localhost:3000"
    >
      <Text>
        The module answers <code>/sign-in</code>, <code>/callback</code> and <code>/sign-out</code> by itself.
      </Text>
    </GenericOidcContent>
  );
}
