import { Text } from '@mantine/core';
import { Code } from './blocks';
import { GenericOidcContent } from './shared/generic-oidc';
import { endpointsOf, secretOf } from './shared/values';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'web-outline',
  name: 'Outline',
  description: 'Single sign-on for a wiki that you host yourself.',
  category: 'Traditional',
  applicationType: 'Traditional',
  logo: { mark: 'Ou', color: '#0f766e' },
  order: 6,
};

const settings = (props: GuideProps) => {
  const endpoints = endpointsOf(props.issuer);
  return `OIDC_CLIENT_ID=${props.appId}
OIDC_CLIENT_SECRET=${secretOf(props)}
OIDC_AUTH_URI=${endpoints.authorization}
OIDC_TOKEN_URI=${endpoints.token}
OIDC_USERINFO_URI=${endpoints.userinfo}
OIDC_LOGOUT_URI=${endpoints.endSession}
OIDC_USERNAME_CLAIM=username
OIDC_DISPLAY_NAME=Portico
OIDC_SCOPES=openid offline_access profile email
`;
};

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent
      {...props}
      flow="Traditional"
      framework="Outline"
      redirectUri="https://wiki.example.com/auth/oidc.callback"
      postLogoutRedirectUri="https://wiki.example.com"
    >
      <Text>
        Replace the host of the suggested addresses by that of your wiki, then set these variables and restart it:
      </Text>
      <Code language="env" title=".env">
        {settings(props)}
      </Code>
      <Text>Outline knows people by their email address: make email a sign-up identifier.</Text>
    </GenericOidcContent>
  );
}
