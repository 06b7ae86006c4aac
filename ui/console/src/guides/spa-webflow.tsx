import { Text } from '@mantine/core';
import { GenericOidcContent } from './shared/generic-oidc';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'spa-webflow',
  name: 'Webflow',
  description: 'Sign-in for a site built in Webflow, with custom code.',
  category: 'SPA',
  applicationType: 'SPA',
  logo: { mark: 'Wf', color: '#2563eb' },
  order: 2.1,
};

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent
      {...props}
      flow="SPA"
      framework="Webflow"
      sdk={{ name: '@logto/browser', source: 'npm, package @logto/browser' }}
      redirectUri="https://your-site.webflow.io/callback"
      postLogoutRedirectUri="https://your-site.webflow.io"
    >
      <Text>
        Load the package from a content delivery network as an ES module in the custom code of the site. Custom code
        needs a paid Webflow plan.
      </Text>
    </GenericOidcContent>
  );
}
