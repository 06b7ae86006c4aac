import { Text } from '@mantine/core';
import { Callout, Checkpoint, Code, Install, PostLogoutRedirectUris, RedirectUris, Step, Steps } from './blocks';
import { nextSteps } from './shared/next-steps';
import { originOf, savedOr } from './shared/values';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'spa-vue',
  name: 'Vue',
  description: 'A plugin and composables for a Vue 3 app that runs in the browser.',
  category: 'SPA',
  applicationType: 'SPA',
  logo: { mark: 'V', color: '#047857' },
  isFeatured: true,
  order: 1.3,
};

const callback = 'http://localhost:5173/callback';

const main = ({
  endpoint,
  appId,
}: GuideProps) => `import { createLogto, UserScope, type LogtoConfig } from '@logto/vue';
import { createApp } from 'vue';
import App from './App.vue';
import { router } from './router';

const config: LogtoConfig = {
  endpoint: '${endpoint}',
  appId: '${appId}',
  scopes: [UserScope.Email],
};

createApp(App).use(router).use(createLogto, config).mount('#app');
`;

const router = `import { createRouter, createWebHistory } from 'vue-router';
import CallbackView from './CallbackView.vue';
import HomeView from './HomeView.vue';

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', component: HomeView },
    { path: '/callback', component: CallbackView },
  ],
});
`;

const app = `<template>
  <RouterView />
</template>
`;

const callbackView = `<script setup lang="ts">
import { useHandleSignInCallback } from '@logto/vue';
import { useRouter } from 'vue-router';

const router = useRouter();
const { error } = useHandleSignInCallback(() => {
  void router.replace('/');
});
</script>

<template>
  <p>{{ error ? error.message : 'Signing you in…' }}</p>
</template>
`;

const homeView = (redirectUri: string, origin: string) => `<script setup lang="ts">
import { useLogto, type IdTokenClaims } from '@logto/vue';
import { ref, watchEffect } from 'vue';

const { isAuthenticated, signIn, signOut, getIdTokenClaims } = useLogto();
const user = ref<IdTokenClaims>();

watchEffect(async () => {
  user.value = isAuthenticated.value ? await getIdTokenClaims() : undefined;
});
</script>

<template>
  <main v-if="isAuthenticated">
    <p>Signed in as {{ user?.name ?? user?.username ?? user?.sub }}</p>
    <button @click="signOut('${origin}')">Sign out</button>
  </main>
  <button v-else @click="signIn('${redirectUri}')">Sign in</button>
</template>
`;

export default function Content(props: GuideProps) {
  const redirectUri = savedOr(props.redirectUris, callback);
  const origin = originOf(redirectUri);
  return (
    <Steps>
      <Step title="Install the SDK" subtitle="The samples are for an app made with Vite and use Vue Router.">
        <Install packages="@logto/vue vue-router" />
      </Step>
      <Step title="Add the plugin" subtitle="The values of this application are filled in.">
        <Code language="typescript" title="src/main.ts">
          {main(props)}
        </Code>
        <Callout>
          A browser cannot keep a secret, so this type of application has none. PKCE protects the sign-in instead; the
          SDK takes care of it.
        </Callout>
      </Step>
      <Step title="Save the redirect URIs" subtitle="Where people come back to after signing in and after signing out.">
        <RedirectUris suggestion={callback} />
        <PostLogoutRedirectUris suggestion={origin} />
        <Text>
          Pages at the origin of a saved redirect URI may call the token endpoint; nothing else is needed for CORS.
        </Text>
      </Step>
      <Step title="Handle the callback" subtitle="Exchanges the code for tokens, then shows the first page.">
        <Code language="typescript" title="src/router.ts">
          {router}
        </Code>
        <Code language="html" title="src/App.vue">
          {app}
        </Code>
        <Code language="html" title="src/CallbackView.vue">
          {callbackView}
        </Code>
      </Step>
      <Step title="Sign in, sign out, show the user" subtitle="The claims of the ID token need no request.">
        <Code language="html" title="src/HomeView.vue">
          {homeView(redirectUri, origin)}
        </Code>
        <Text>
          For everything the server knows about the user, call <code>fetchUserInfo()</code> of the same composable.
        </Text>
      </Step>
      <Step title="Try it">
        <Code language="bash" title="Terminal">
          npm run dev
        </Code>
        <Checkpoint>
          Open {origin} and choose “Sign in”. Create an account: you come back and see your name. “Sign out” brings you
          back to the first page, signed out.
        </Checkpoint>
      </Step>
      {nextSteps(props.appId)}
    </Steps>
  );
}
