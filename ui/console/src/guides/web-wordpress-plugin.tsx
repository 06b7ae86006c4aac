import { Text } from '@mantine/core';
import { GenericOidcContent } from './shared/generic-oidc';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'web-wordpress-plugin',
  name: 'WordPress plugin',
  description: 'Sign in to WordPress through the Logto plugin.',
  category: 'Traditional',
  applicationType: 'Traditional',
  logo: { mark: 'W+', color: '#1e3a8a' },
  order: 2.3,
};

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent
      {...props}
      flow="Traditional"
      framework="the WordPress plugin"
      sdk={{ name: 'logto', source: 'WordPress plugin directory, plugin logto' }}
      redirectUri="https://www.example.com/login-callback/"
      postLogoutRedirectUri="https://www.example.com"
    >
      <Text>
        The settings page of the plugin shows both redirect URIs of your site: copy them from there. The plugin knows
        people by their email address: make email a sign-up identifier.
      </Text>
    </GenericOidcContent>
  );
}
