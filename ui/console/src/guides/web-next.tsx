import { Text } from '@mantine/core';
import { GenericOidcContent } from './shared/generic-oidc';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'web-next',
  name: 'Next.js (Page Router)',
  description: 'API routes and server-side props, with the session in an encrypted cookie.',
  category: 'Traditional',
  applicationType: 'Traditional',
  logo: { mark: 'N', color: '#27272a' },
  order: 1.2,
};

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent
      {...props}
      flow="Traditional"
      framework="the Next.js Page Router"
      sdk={{ name: '@logto/next', source: 'npm, package @logto/next', install: 'npm install @logto/next' }}
      redirectUri="http://localhost:3000/api/logto/sign-in-callback"
      postLogoutRedirectUri="http://localhost:3000"
    >
      <Text>
        <code>handleAuthRoutes()</code> of the SDK, in the file <code>pages/api/logto/[action].ts</code>, answers the
        redirect URI suggested below.
      </Text>
    </GenericOidcContent>
  );
}
