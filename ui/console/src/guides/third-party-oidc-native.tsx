import { Text } from '@mantine/core';
import { GenericOidcContent } from './shared/generic-oidc';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'third-party-oidc-native',
  name: 'Third-party app (Native app)',
  description: 'Let a partner’s mobile or desktop app sign people in with their accounts here.',
  category: 'ThirdParty',
  applicationType: 'Native',
  isThirdParty: true,
  skipGuideAfterCreation: true,
};

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent {...props} isWhole flow="Native" framework="the partner’s app">
      <Text>
        Give these values to the partner. The first time somebody signs in, a consent page lists what the partner asks
        for; what it may ask for at all is set in the permissions of this application.
      </Text>
    </GenericOidcContent>
  );
}
