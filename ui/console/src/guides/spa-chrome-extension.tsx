import { Text } from '@mantine/core';
import { GenericOidcContent } from './shared/generic-oidc';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'spa-chrome-extension',
  name: 'Chrome extension',
  description: 'Sign-in for browser extensions, through the identity API of Chrome.',
  category: 'SPA',
  applicationType: 'SPA',
  logo: { mark: 'Ch', color: '#ca8a04' },
  order: 1.1,
};

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent
      {...props}
      flow="SPA"
      framework="Chrome extensions"
      sdk={{
        name: '@logto/chrome-extension',
        source: 'npm, package @logto/chrome-extension',
        install: 'npm install @logto/chrome-extension',
      }}
      redirectUri="https://your-extension-id.chromiumapp.org/callback"
      postLogoutRedirectUri="https://your-extension-id.chromiumapp.org/callback"
    >
      <Text>
        In <code>manifest.json</code>, ask for the permissions <code>identity</code> and <code>storage</code>, and list{' '}
        <code>{props.endpoint}/*</code> under <code>host_permissions</code>: that lets the extension call the token
        endpoint. Replace <code>your-extension-id</code> by the id that Chrome shows for the extension.
      </Text>
    </GenericOidcContent>
  );
}
