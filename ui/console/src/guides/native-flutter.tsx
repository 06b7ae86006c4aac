import { Text } from '@mantine/core';
import { GenericOidcContent } from './shared/generic-oidc';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'native-flutter',
  name: 'Flutter',
  description: 'Sign-in for Flutter apps.',
  category: 'Native',
  applicationType: 'Native',
  logo: { mark: 'Fl', color: '#0ea5e9' },
  order: 5,
};

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent
      {...props}
      flow="Native"
      framework="Flutter"
      sdk={{
        name: 'logto_dart_sdk',
        source: 'pub.dev, package logto_dart_sdk',
        install: 'flutter pub add logto_dart_sdk',
      }}
      redirectUri="io.logto://callback"
    >
      <Text>
        Register the scheme of the redirect URI in the Android project. On the web, use an https address instead.
      </Text>
    </GenericOidcContent>
  );
}
