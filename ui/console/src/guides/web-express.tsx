import { Text } from '@mantine/core';
import { Callout, Checkpoint, Code, Install, PostLogoutRedirectUris, RedirectUris, Step, Steps } from './blocks';
import { nextSteps } from './shared/next-steps';
import { originOf, savedOr, secretOf } from './shared/values';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'web-express',
  name: 'Express',
  description: 'Ready-made sign-in routes and a middleware for a Node.js server.',
  category: 'Traditional',
  applicationType: 'Traditional',
  logo: { mark: 'ex', color: '#3f3f46' },
  order: 1.2,
};

const callback = 'http://localhost:3000/logto/sign-in-callback';

const environment = (props: GuideProps) => `LOGTO_ENDPOINT=${props.endpoint}
LOGTO_APP_ID=${props.appId}
LOGTO_APP_SECRET=${secretOf(props)}
SESSION_SECRET=paste-the-output-of-openssl-here
`;

const server = (baseUrl: string) => `import { handleAuthRoutes, withLogto } from '@logto/express';
import express from 'express';
import session from 'express-session';

const config = {
  endpoint: process.env.LOGTO_ENDPOINT,
  appId: process.env.LOGTO_APP_ID,
  appSecret: process.env.LOGTO_APP_SECRET,
  baseUrl: '${baseUrl}',
  scopes: ['email'],
};

const app = express();

app.use(
  session({
    secret: process.env.SESSION_SECRET,
    resave: false,
    saveUninitialized: false,
    cookie: {
      httpOnly: true,
      sameSite: 'lax',
      secure: process.env.NODE_ENV === 'production',
    },
  }),
);

// Adds /logto/sign-in, /logto/sign-up, /logto/sign-in-callback and /logto/sign-out.
app.use(handleAuthRoutes(config));

app.listen(3000);
`;

const pages = `app.get('/', withLogto(config), (request, response) => {
  response.send(
    request.user.isAuthenticated
      ? '<a href="/me">My account</a> <a href="/logto/sign-out">Sign out</a>'
      : '<a href="/logto/sign-in">Sign in</a>',
  );
});

app.get('/me', withLogto(config), (request, response) => {
  if (!request.user.isAuthenticated) {
    response.redirect('/logto/sign-in');
    return;
  }

  response.json(request.user.claims);
});
`;

export default function Content(props: GuideProps) {
  const baseUrl = originOf(savedOr(props.redirectUris, callback));
  return (
    <Steps>
      <Step title="Install the SDK" subtitle="With Express and a session store for it.">
        <Install packages="@logto/express express express-session" />
        <Text>
          The samples use ES modules: set <code>"type": "module"</code> in <code>package.json</code>.
        </Text>
      </Step>
      <Step title="Configure" subtitle="The values of this application are filled in.">
        <Code language="bash" title="Terminal">
          openssl rand -base64 33
        </Code>
        <Code language="env" title=".env">
          {environment(props)}
        </Code>
        <Code language="javascript" title="app.js">
          {server(baseUrl)}
        </Code>
        <Callout tone="warning">
          Without a store, express-session keeps sessions in memory. Give it a store, such as Redis, before you go live.
        </Callout>
      </Step>
      <Step title="Save the redirect URIs" subtitle="Where people come back to after signing in and after signing out.">
        <RedirectUris suggestion={callback} />
        <PostLogoutRedirectUris suggestion={baseUrl} />
      </Step>
      <Step title="Sign in, sign out, show the user" subtitle="Put these routes before the last line.">
        <Code language="javascript" title="app.js">
          {pages}
        </Code>
        <Text>
          <code>request.user.claims</code> come from the ID token. Set <code>fetchUserInfo: true</code> in the
          configuration to have <code>request.user.userInfo</code> fetched as well.
        </Text>
      </Step>
      <Step title="Try it">
        <Code language="bash" title="Terminal">
          node --env-file=.env app.js
        </Code>
        <Checkpoint>
          Open {baseUrl} and choose “Sign in”. Create an account: you come back, and “My account” shows your claims.
          “Sign out” brings you back to the first page, signed out.
        </Checkpoint>
      </Step>
      {nextSteps(props.appId)}
    </Steps>
  );
}
