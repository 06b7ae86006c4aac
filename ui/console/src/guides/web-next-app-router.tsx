import { Text } from '@mantine/core';
import { Callout, Checkpoint, Code, Install, PostLogoutRedirectUris, RedirectUris, Step, Steps } from './blocks';
import { nextSteps } from './shared/next-steps';
import { originOf, savedOr, secretOf } from './shared/values';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'web-next-app-router',
  name: 'Next.js (App Router)',
  description: 'Server components and server actions, with the session in an encrypted cookie.',
  category: 'Traditional',
  applicationType: 'Traditional',
  logo: { mark: 'N', color: '#18181b' },
  isFeatured: true,
  order: 1,
};

const callback = 'http://localhost:3000/callback';

const environment = (props: GuideProps) => `LOGTO_ENDPOINT=${props.endpoint}
LOGTO_APP_ID=${props.appId}
LOGTO_APP_SECRET=${secretOf(props)}
LOGTO_COOKIE_SECRET=paste-the-output-of-openssl-here
`;

const configuration = (baseUrl: string) => `import { UserScope, type LogtoNextConfig } from '@logto/next';

function required(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error('Missing environment variable ' + name);
  }
  return value;
}

export const logtoConfig: LogtoNextConfig = {
  endpoint: required('LOGTO_ENDPOINT'),
  appId: required('LOGTO_APP_ID'),
  appSecret: required('LOGTO_APP_SECRET'),
  cookieSecret: required('LOGTO_COOKIE_SECRET'),
  cookieSecure: process.env.NODE_ENV === 'production',
  baseUrl: '${baseUrl}',
  scopes: [UserScope.Email],
};
`;

const callbackRoute = `import { handleSignIn } from '@logto/next/server-actions';
import { redirect } from 'next/navigation';
import type { NextRequest } from 'next/server';
import { logtoConfig } from '@/logto';

export async function GET(request: NextRequest) {
  await handleSignIn(logtoConfig, request.nextUrl.searchParams);
  redirect('/');
}
`;

const page = `import { getLogtoContext, signIn, signOut } from '@logto/next/server-actions';
import { logtoConfig } from '@/logto';

export default async function Home() {
  const { isAuthenticated, claims } = await getLogtoContext(logtoConfig);

  if (!isAuthenticated) {
    return (
      <form
        action={async () => {
          'use server';
          await signIn(logtoConfig, { redirectUri: logtoConfig.baseUrl + '/callback' });
        }}
      >
        <button type="submit">Sign in</button>
      </form>
    );
  }

  return (
    <main>
      <p>Signed in as {claims?.name ?? claims?.username ?? claims?.sub}</p>
      <form
        action={async () => {
          'use server';
          await signOut(logtoConfig, logtoConfig.baseUrl);
        }}
      >
        <button type="submit">Sign out</button>
      </form>
    </main>
  );
}
`;

export default function Content(props: GuideProps) {
  const baseUrl = originOf(savedOr(props.redirectUris, callback));
  return (
    <Steps>
      <Step title="Install the SDK" subtitle="In the folder of your Next.js app (App Router, with a src folder).">
        <Install packages="@logto/next" />
      </Step>
      <Step title="Configure" subtitle="The values of this application are filled in.">
        <Code language="bash" title="Terminal">
          openssl rand -base64 33
        </Code>
        <Code language="env" title=".env.local">
          {environment(props)}
        </Code>
        <Code language="typescript" title="src/logto.ts">
          {configuration(baseUrl)}
        </Code>
        <Callout tone="warning">The app secret belongs on your server. Keep the file out of version control.</Callout>
      </Step>
      <Step title="Save the redirect URIs" subtitle="Where people come back to after signing in and after signing out.">
        <RedirectUris suggestion={callback} />
        <PostLogoutRedirectUris suggestion={baseUrl} />
      </Step>
      <Step title="Handle the callback" subtitle="Exchanges the code for tokens and stores them in the cookie.">
        <Code language="typescript" title="src/app/callback/route.ts">
          {callbackRoute}
        </Code>
      </Step>
      <Step title="Sign in, sign out, show the user">
        <Code language="tsx" title="src/app/page.tsx">
          {page}
        </Code>
        <Text>
          <code>claims</code> come from the ID token and need no request. For everything the server knows about the
          user, call <code>getLogtoContext(logtoConfig, {'{ fetchUserInfo: true }'})</code>.
        </Text>
      </Step>
      <Step title="Try it">
        <Code language="bash" title="Terminal">
          npm run dev
        </Code>
        <Checkpoint>
          Open {baseUrl} and choose “Sign in”. Create an account: you come back and see your name. “Sign out” brings you
          back to the first page, signed out.
        </Checkpoint>
      </Step>
      {nextSteps(props.appId)}
    </Steps>
  );
}
