import { Text } from '@mantine/core';
import { GenericOidcContent } from './shared/generic-oidc';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'native-capacitor',
  name: 'Capacitor JS',
  description: 'Sign-in for web apps packaged with Capacitor.',
  category: 'Native',
  applicationType: 'Native',
  logo: { mark: 'Ca', color: '#0284c7' },
  order: 4,
};

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent
      {...props}
      flow="Native"
      framework="Capacitor"
      sdk={{
        name: '@logto/capacitor',
        source: 'npm, package @logto/capacitor',
        install: 'npm install @logto/capacitor @capacitor/app @capacitor/browser @capacitor/preferences',
      }}
      redirectUri="com.example.app://callback"
      postLogoutRedirectUri="com.example.app://callback/sign-out"
    >
      <Text>Register the scheme of the redirect URI in the Android and iOS projects.</Text>
    </GenericOidcContent>
  );
}
