import { SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Callout, Checkpoint, Code, Install, RedirectUris, Step, Steps, Values } from './blocks';
import { nextSteps } from './shared/next-steps';
import { secretOf } from './shared/values';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'web-next-auth',
  name: 'Auth.js (Next Auth)',
  description: 'Sign people in to a Next.js app with Auth.js 5 or Next Auth 4.',
  category: 'Traditional',
  applicationType: 'Traditional',
  logo: { mark: 'A', color: '#7c3aed' },
  isFeatured: true,
  order: 1,
};

const callback = 'http://localhost:3000/api/auth/callback/logto';

const environmentV5 = (props: GuideProps) => `AUTH_LOGTO_ISSUER=${props.issuer}
AUTH_LOGTO_ID=${props.appId}
AUTH_LOGTO_SECRET=${secretOf(props)}
`;

const authV5 = `import NextAuth from 'next-auth';

export const { handlers, auth, signIn, signOut } = NextAuth({
  providers: [
    {
      id: 'logto',
      name: 'Portico',
      type: 'oidc',
      issuer: process.env.AUTH_LOGTO_ISSUER,
      clientId: process.env.AUTH_LOGTO_ID,
      clientSecret: process.env.AUTH_LOGTO_SECRET,
      authorization: {
        params: { scope: 'openid offline_access profile email' },
      },
      profile(profile) {
        return {
          id: profile.sub,
          name: profile.name ?? profile.username,
          email: profile.email,
          image: profile.picture,
        };
      },
    },
  ],
});
`;

const routeV5 = `import { handlers } from '@/auth';

export const { GET, POST } = handlers;
`;

const middlewareV5 = `export { auth as middleware } from '@/auth';
`;

const pageV5 = `import { auth, signIn, signOut } from '@/auth';

export default async function Home() {
  const session = await auth();

  if (!session?.user) {
    return (
      <form
        action={async () => {
          'use server';
          await signIn('logto');
        }}
      >
        <button type="submit">Sign in</button>
      </form>
    );
  }

  return (
    <main>
      <p>Signed in as {session.user.name ?? session.user.email}</p>
      <form
        action={async () => {
          'use server';
          await signOut();
        }}
      >
        <button type="submit">Sign out</button>
      </form>
    </main>
  );
}
`;

const refreshV5 = `import type { JWT } from 'next-auth/jwt';

declare module 'next-auth/jwt' {
  interface JWT {
    accessToken?: string;
    refreshToken?: string;
    expiresAt?: number;
    error?: 'RefreshFailed';
  }
}

const clientId = process.env.AUTH_LOGTO_ID;
const clientSecret = process.env.AUTH_LOGTO_SECRET;

/** Returns the token as it is, or with a new access token once the old one runs out. */
export async function keepFresh(token: JWT): Promise<JWT> {
  const expiresAt = (token.expiresAt ?? 0) * 1000;
  if (!token.refreshToken || Date.now() < expiresAt - 60_000) {
    return token;
  }

  const response = await fetch(process.env.AUTH_LOGTO_ISSUER + '/token', {
    method: 'POST',
    headers: { Authorization: 'Basic ' + btoa(clientId + ':' + clientSecret) },
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: token.refreshToken,
    }),
  });
  if (!response.ok) {
    return { ...token, error: 'RefreshFailed' };
  }

  const fresh = await response.json();
  return {
    ...token,
    accessToken: fresh.access_token,
    // A new refresh token replaces the one just used.
    refreshToken: fresh.refresh_token ?? token.refreshToken,
    expiresAt: Math.floor(Date.now() / 1000) + fresh.expires_in,
    error: undefined,
  };
}
`;

const callbacksV5 = `callbacks: {
  async jwt({ token, account }) {
    if (account) {
      return {
        ...token,
        accessToken: account.access_token,
        refreshToken: account.refresh_token,
        expiresAt: account.expires_at,
      };
    }
    return keepFresh(token);
  },
},
`;

const environmentV4 = (props: GuideProps) => `NEXTAUTH_URL=http://localhost:3000
NEXTAUTH_SECRET=paste-the-output-of-openssl-here
LOGTO_WELL_KNOWN=${props.issuer}/.well-known/openid-configuration
LOGTO_ID=${props.appId}
LOGTO_SECRET=${secretOf(props)}
`;

const authV4 = `import type { NextAuthOptions } from 'next-auth';

export const authOptions: NextAuthOptions = {
  providers: [
    {
      id: 'logto',
      name: 'Portico',
      type: 'oauth',
      wellKnown: process.env.LOGTO_WELL_KNOWN,
      clientId: process.env.LOGTO_ID,
      clientSecret: process.env.LOGTO_SECRET,
      client: { id_token_signed_response_alg: 'ES384' },
      authorization: {
        params: { scope: 'openid offline_access profile email' },
      },
      idToken: true,
      checks: ['pkce', 'state', 'nonce'],
      profile(profile) {
        return {
          id: profile.sub,
          name: profile.name ?? profile.username,
          email: profile.email,
          image: profile.picture,
        };
      },
    },
  ],
};
`;

const routeV4 = `import NextAuth from 'next-auth';
import { authOptions } from '@/auth';

const handler = NextAuth(authOptions);

export { handler as GET, handler as POST };
`;

const buttonsV4 = `'use client';

import { signIn, signOut } from 'next-auth/react';

export function SignInButton() {
  return <button onClick={() => signIn('logto')}>Sign in</button>;
}

export function SignOutButton() {
  return <button onClick={() => signOut()}>Sign out</button>;
}
`;

const pageV4 = `import { getServerSession } from 'next-auth';
import { authOptions } from '@/auth';
import { SignInButton, SignOutButton } from './auth-buttons';

export default async function Home() {
  const session = await getServerSession(authOptions);

  if (!session?.user) {
    return <SignInButton />;
  }

  return (
    <main>
      <p>Signed in as {session.user.name ?? session.user.email}</p>
      <SignOutButton />
    </main>
  );
}
`;

const versions = { v5: 'Auth.js 5', v4: 'Next Auth 4' } as const;
type Version = keyof typeof versions;

const isVersion = (value: string): value is Version => value in versions;

export default function Content(props: GuideProps) {
  const [version, setVersion] = useState<Version>('v5');
  return (
    <Stack>
      <Text>
        Auth.js is the successor of Next Auth; both are the npm package <code>next-auth</code>. Choose the version that
        your app uses. The samples expect the <code>src</code> folder and the import alias <code>@/</code> that{' '}
        <code>create-next-app</code> offers.
      </Text>
      <SegmentedControl
        aria-label="Version of next-auth"
        w="fit-content"
        data={Object.entries(versions).map(([value, label]) => ({ value, label }))}
        value={version}
        onChange={(value) => isVersion(value) && setVersion(value)}
      />
      {version === 'v5' ? <VersionFive {...props} /> : <VersionFour {...props} />}
    </Stack>
  );
}

/** What both versions are told, to be copied one by one: the endpoint alone would not do here. */
function ProviderValues({ issuer, appId, appSecret }: GuideProps) {
  const items = [
    { label: 'Issuer', children: issuer },
    { label: 'App ID', children: appId },
  ];
  const secrets = appSecret ? [{ label: 'App secret', children: appSecret, secret: true }] : [];
  return <Values items={[...items, ...secrets]} />;
}

function VersionFive(props: GuideProps) {
  return (
    <Steps>
      <Step title="Install Auth.js" subtitle="In the folder of your Next.js app.">
        <Install packages="next-auth@beta" />
      </Step>
      <Step title="Save the redirect URI" subtitle="The address to which people come back after they have signed in.">
        <RedirectUris suggestion={callback} />
        <Text>
          The last part, <code>logto</code>, is the id of the provider in the code below. Add the address of your live
          site in the same form when you deploy.
        </Text>
      </Step>
      <Step title="Set the environment variables" subtitle="The values of this application are filled in.">
        <ProviderValues {...props} />
        <Code language="bash" title="Terminal">
          npx auth secret
        </Code>
        <Text>
          The command writes <code>AUTH_SECRET</code>, which encrypts the session cookie, to <code>.env.local</code>.
          Add these lines below it:
        </Text>
        <Code language="env" title=".env.local">
          {environmentV5(props)}
        </Code>
        <Callout tone="warning">The app secret belongs on your server. Keep the file out of version control.</Callout>
        <Text>
          Outside development Auth.js wants to know that it may trust the address it is called at: when you run{' '}
          <code>next start</code> on your own server, add <code>AUTH_TRUST_HOST=true</code>.
        </Text>
      </Step>
      <Step title="Configure Auth.js">
        <Code language="typescript" title="src/auth.ts">
          {authV5}
        </Code>
        <Text>
          Addresses and keys are discovered from the issuer. <code>profile()</code> says which claims become the user of
          your session; <code>offline_access</code> asks for a refresh token.
        </Text>
        <Code language="typescript" title="src/app/api/auth/[...nextauth]/route.ts">
          {routeV5}
        </Code>
      </Step>
      <Step title="Keep the session alive" subtitle="Each visit prolongs the session cookie.">
        <Code language="typescript" title="src/middleware.ts">
          {middlewareV5}
        </Code>
        <Text>
          From Next.js 16 on, name the file <code>src/proxy.ts</code> and write <code>auth as proxy</code>.
        </Text>
      </Step>
      <Step title="Sign in, sign out, show the user">
        <Code language="tsx" title="src/app/page.tsx">
          {pageV5}
        </Code>
      </Step>
      <Step title="Try it">
        <Code language="bash" title="Terminal">
          npm run dev
        </Code>
        <Checkpoint>
          Open http://localhost:3000 and choose “Sign in”. Create an account on the sign-in page: you come back to your
          app and see your name. “Sign out” ends the session of your app; the sign-in page may remember you.
        </Checkpoint>
      </Step>
      <Step title="Optional: use the tokens" subtitle="For apps that call an API on behalf of the user.">
        <Text>
          Keep the tokens in the encrypted session cookie and renew the access token before it runs out. Store a new
          refresh token whenever one comes back: using an old one twice ends the whole grant.
        </Text>
        <Code language="typescript" title="src/tokens.ts">
          {refreshV5}
        </Code>
        <Text>
          Import <code>keepFresh</code> in <code>src/auth.ts</code> and add the callback beside <code>providers</code>:
        </Text>
        <Code language="typescript" title="src/auth.ts">
          {callbacksV5}
        </Code>
      </Step>
      {nextSteps(props.appId)}
    </Steps>
  );
}

function VersionFour(props: GuideProps) {
  return (
    <Steps>
      <Step title="Install Next Auth" subtitle="In the folder of your Next.js app.">
        <Install packages="next-auth@4" />
      </Step>
      <Step title="Save the redirect URI" subtitle="The address to which people come back after they have signed in.">
        <RedirectUris suggestion={callback} />
        <Text>
          The last part, <code>logto</code>, is the id of the provider in the code below. Add the address of your live
          site in the same form when you deploy.
        </Text>
      </Step>
      <Step title="Set the environment variables" subtitle="The values of this application are filled in.">
        <ProviderValues {...props} />
        <Code language="bash" title="Terminal">
          openssl rand -base64 33
        </Code>
        <Code language="env" title=".env.local">
          {environmentV4(props)}
        </Code>
        <Callout tone="warning">The app secret belongs on your server. Keep the file out of version control.</Callout>
      </Step>
      <Step title="Configure Next Auth">
        <Code language="typescript" title="src/auth.ts">
          {authV4}
        </Code>
        <Text>
          ID tokens are signed with ES384 here. Next Auth 4 expects RS256 unless it is told, hence the line with{' '}
          <code>id_token_signed_response_alg</code>.
        </Text>
        <Code language="typescript" title="src/app/api/auth/[...nextauth]/route.ts">
          {routeV4}
        </Code>
      </Step>
      <Step title="Sign in, sign out, show the user">
        <Code language="tsx" title="src/app/auth-buttons.tsx">
          {buttonsV4}
        </Code>
        <Code language="tsx" title="src/app/page.tsx">
          {pageV4}
        </Code>
      </Step>
      <Step title="Try it">
        <Code language="bash" title="Terminal">
          npm run dev
        </Code>
        <Checkpoint>
          Open http://localhost:3000 and choose “Sign in”. Create an account on the sign-in page: you come back to your
          app and see your name. “Sign out” ends the session of your app; the sign-in page may remember you.
        </Checkpoint>
      </Step>
      {nextSteps(props.appId)}
    </Steps>
  );
}
