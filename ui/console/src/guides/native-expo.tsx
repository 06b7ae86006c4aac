import { Text } from '@mantine/core';
import { GenericOidcContent } from './shared/generic-oidc';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'native-expo',
  name: 'Expo (React Native)',
  description: 'Sign-in for React Native apps made with Expo.',
  category: 'Native',
  applicationType: 'Native',
  logo: { mark: 'Ex', color: '#1f2937' },
  order: 1.1,
};

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent
      {...props}
      flow="Native"
      framework="Expo"
      sdk={{
        name: '@logto/rn',
        source: 'npm, package @logto/rn',
        install:
          'npx expo install @logto/rn expo-crypto expo-secure-store expo-web-browser @react-native-async-storage/async-storage',
      }}
      redirectUri="io.logto://callback"
    >
      <Text>
        Set the same scheme in <code>app.json</code> (<code>expo.scheme</code>).
      </Text>
    </GenericOidcContent>
  );
}
