import { Text } from '@mantine/core';
import { GenericOidcContent } from './shared/generic-oidc';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'web-gpt-plugin',
  name: 'ChatGPT plugin',
  description: 'OAuth sign-in for a ChatGPT plugin or action.',
  category: 'Traditional',
  applicationType: 'Traditional',
  logo: { mark: 'GP', color: '#065f46' },
  order: 999,
};

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent
      {...props}
      flow="Traditional"
      framework="ChatGPT"
      redirectUri="https://chat.openai.com/aip/your-plugin-id/oauth/callback"
      postLogoutRedirectUri="https://chat.openai.com"
    >
      <Text>
        Replace the redirect URI by the callback address that ChatGPT shows for your plugin or action. It sends the user
        to the authorization endpoint and exchanges the code with the app secret.
      </Text>
    </GenericOidcContent>
  );
}
