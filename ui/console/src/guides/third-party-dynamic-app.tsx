import { Text } from '@mantine/core';
import { GenericOidcContent } from './shared/generic-oidc';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'third-party-dynamic-app',
  name: 'Dynamic app',
  description: 'Let clients that register by themselves, such as AI agents, ask for access.',
  category: 'ThirdParty',
  applicationType: 'Traditional',
  isThirdParty: true,
  isBeta: true,
};

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent
      {...props}
      flow="Traditional"
      framework="dynamic apps"
      redirectUri="https://partner.example.com/callback"
      postLogoutRedirectUri="https://partner.example.com"
    >
      <Text>
        Give these values to the partner. The first time somebody signs in, a consent page lists what the partner asks
        for; what it may ask for at all is set in the permissions of this application.
      </Text>
    </GenericOidcContent>
  );
}
