import { Text } from '@mantine/core';
import { GenericOidcContent } from './shared/generic-oidc';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'web-wordpress',
  name: 'WordPress',
  description: 'Sign in to WordPress through a general OpenID Connect plugin.',
  category: 'Traditional',
  applicationType: 'Traditional',
  logo: { mark: 'W', color: '#1e40af' },
  order: 2.2,
};

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent
      {...props}
      flow="Traditional"
      framework="WordPress"
      sdk={{ name: 'OpenID Connect Generic Client', source: 'WordPress plugin directory' }}
      redirectUri="https://www.example.com/wp-admin/admin-ajax.php?action=openid-connect-authorize"
      postLogoutRedirectUri="https://www.example.com"
    >
      <Text>
        Replace the host of the suggested addresses by that of your site. The settings page of the plugin shows its
        redirect URI; copy it from there if it differs.
      </Text>
    </GenericOidcContent>
  );
}
