import { Text } from '@mantine/core';
import { GenericOidcContent } from './shared/generic-oidc';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'native-android',
  name: 'Android',
  description: 'Sign-in for Android apps in Kotlin or Java.',
  category: 'Native',
  applicationType: 'Native',
  logo: { mark: 'An', color: '#3f6212' },
  order: 2,
};

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent
      {...props}
      flow="Native"
      framework="Android"
      sdk={{ name: 'io.logto.sdk:android', source: 'Maven Central, group io.logto.sdk' }}
      redirectUri="io.logto.android://io.logto.sample/callback"
    >
      <Text>
        Replace <code>io.logto.sample</code> by the application id of your app.
      </Text>
    </GenericOidcContent>
  );
}
