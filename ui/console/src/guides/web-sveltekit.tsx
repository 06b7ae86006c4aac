import { Text } from '@mantine/core';
import { GenericOidcContent } from './shared/generic-oidc';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'web-sveltekit',
  name: 'SvelteKit',
  description: 'A server hook that adds the signed-in user to each request.',
  category: 'Traditional',
  applicationType: 'Traditional',
  logo: { mark: 'Sk', color: '#c2410c' },
  order: 1.2,
};

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent
      {...props}
      flow="Traditional"
      framework="SvelteKit"
      sdk={{
        name: '@logto/sveltekit',
        source: 'npm, package @logto/sveltekit',
        install: 'npm install @logto/sveltekit',
      }}
      redirectUri="http://localhost:5173/callback"
      postLogoutRedirectUri="http://localhost:5173"
    >
      <Text>
        <code>handleLogto()</code> of the SDK, exported from <code>src/hooks.server.ts</code>, answers the redirect URI
        suggested below.
      </Text>
    </GenericOidcContent>
  );
}
