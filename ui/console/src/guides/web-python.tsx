import { Text } from '@mantine/core';
import { Callout, Checkpoint, Code, PostLogoutRedirectUris, RedirectUris, Step, Steps } from './blocks';
import { nextSteps } from './shared/next-steps';
import { originOf, savedOr, secretOf } from './shared/values';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'web-python',
  name: 'Python',
  description: 'Sign-in for Flask; the client works with other frameworks, too.',
  category: 'Traditional',
  applicationType: 'Traditional',
  logo: { mark: 'Py', color: '#1d4ed8' },
  order: 3,
};

const callback = 'http://localhost:3000/callback';

const environment = (props: GuideProps) => `LOGTO_ENDPOINT=${props.endpoint}
LOGTO_APP_ID=${props.appId}
LOGTO_APP_SECRET=${secretOf(props)}
FLASK_SECRET_KEY=paste-the-output-of-openssl-here
`;

const client = `import os
from functools import wraps

from flask import Flask, redirect, request, session
from logto import LogtoClient, LogtoConfig, Storage, UserInfoScope

app = Flask(__name__)
app.secret_key = os.environ["FLASK_SECRET_KEY"]


class SessionStorage(Storage):
    """Keeps the tokens in the Flask session of the browser that signed in."""

    def get(self, key):
        return session.get(key)

    def set(self, key, value):
        session[key] = value

    def delete(self, key):
        session.pop(key, None)


client = LogtoClient(
    LogtoConfig(
        endpoint=os.environ["LOGTO_ENDPOINT"],
        appId=os.environ["LOGTO_APP_ID"],
        appSecret=os.environ["LOGTO_APP_SECRET"],
        scopes=[UserInfoScope.email],
    ),
    storage=SessionStorage(),
)
`;

const routes = (redirectUri: string, origin: string) => `@app.get("/")
def home():
    if not client.isAuthenticated():
        return '<a href="/sign-in">Sign in</a>'
    return '<a href="/me">My account</a> <a href="/sign-out">Sign out</a>'


@app.get("/sign-in")
async def sign_in():
    return redirect(await client.signIn(redirectUri="${redirectUri}"))


@app.get("/callback")
async def callback():
    await client.handleSignInCallback(request.url)
    return redirect("/")


@app.get("/sign-out")
async def sign_out():
    return redirect(await client.signOut(postLogoutRedirectUri="${origin}"))
`;

const user = `def signed_in(view):
    @wraps(view)
    def guarded(*args, **kwargs):
        if not client.isAuthenticated():
            return redirect("/sign-in")
        return view(*args, **kwargs)

    return guarded


@app.get("/me")
@signed_in
def me():
    return client.getIdTokenClaims().model_dump(exclude_none=True)
`;

export default function Content(props: GuideProps) {
  const redirectUri = savedOr(props.redirectUris, callback);
  const origin = originOf(redirectUri);
  return (
    <Steps>
      <Step title="Install the SDK" subtitle="With Flask and its support for async views.">
        <Code language="bash" title="Terminal">
          pip install logto "flask[async]" python-dotenv
        </Code>
      </Step>
      <Step title="Configure" subtitle="The values of this application are filled in.">
        <Code language="bash" title="Terminal">
          openssl rand -base64 33
        </Code>
        <Code language="env" title=".env">
          {environment(props)}
        </Code>
        <Code language="python" title="app.py">
          {client}
        </Code>
        <Callout tone="warning">
          Flask signs its session cookie but does not encrypt it, and a cookie holds 4 KB. Use a server-side session
          extension before you go live or ask for tokens of API resources.
        </Callout>
      </Step>
      <Step title="Save the redirect URIs" subtitle="Where people come back to after signing in and after signing out.">
        <RedirectUris suggestion={callback} />
        <PostLogoutRedirectUris suggestion={origin} />
      </Step>
      <Step title="Sign in, handle the callback, sign out">
        <Code language="python" title="app.py">
          {routes(redirectUri, origin)}
        </Code>
      </Step>
      <Step title="Show the user" subtitle="And keep pages to those who have signed in.">
        <Code language="python" title="app.py">
          {user}
        </Code>
        <Text>
          The claims come from the ID token. For everything the server knows about the user, call{' '}
          <code>await client.fetchUserInfo()</code> in an async view.
        </Text>
      </Step>
      <Step title="Try it">
        <Code language="bash" title="Terminal">
          flask run --port 3000
        </Code>
        <Checkpoint>
          Open {origin} and choose “Sign in”. Create an account: you come back, and “My account” shows your claims.
          “Sign out” brings you back to the first page, signed out.
        </Checkpoint>
      </Step>
      {nextSteps(props.appId)}
    </Steps>
  );
}
