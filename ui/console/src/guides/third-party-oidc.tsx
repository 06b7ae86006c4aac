import { Text } from '@mantine/core';
import { GenericOidcContent } from './shared/generic-oidc';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'third-party-oidc',
  name: 'Third-party app (Traditional web)',
  description: 'Let a partner’s web server sign people in with their accounts here.',
  category: 'ThirdParty',
  applicationType: 'Traditional',
  isThirdParty: true,
  skipGuideAfterCreation: true,
};

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent isWhole
      {...props}
      flow="Traditional"
      framework="the partner’s server"
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
