/**
 * Steps that are right for every OpenID Connect library of one application type: whole guides for apps of
 * others, whatever they are made with. Guides whose framework has no text of its own yet show them with the name
 * of its SDK filled in.
 */
import { Badge, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import {
  Callout,
  Checkpoint,
  Code,
  Credentials,
  PostLogoutRedirectUris,
  RedirectUris,
  Step,
  Steps,
  Values,
} from '../blocks';
import type { GuideProps } from '../types';
import { nextSteps } from './next-steps';
import { endpointsOf, originOf, savedOr, secretOf } from './values';

export type GenericFlow = 'SPA' | 'Native' | 'Traditional' | 'MachineToMachine';

/** Where the library for a framework comes from. */
export interface Sdk {
  name: string;
  /** Registry and page, in words: `npm, package @logto/remix`. */
  source: string;
  /** Command that adds it, where there is one. */
  install?: string;
}

export interface GenericOidcProps extends GuideProps {
  flow: GenericFlow;
  /** Name of the framework in sentences. */
  framework: string;
  sdk?: Sdk;
  redirectUri?: string;
  postLogoutRedirectUri?: string;
  /** There is no framework to write for: these steps are the whole guide. */
  isWhole?: boolean;
  /** What is particular to this framework: shown with the settings. */
  children?: ReactNode;
}

const scope = 'openid offline_access profile email';

export function GenericOidcContent(props: GenericOidcProps) {
  return (
    <Stack>
      {!props.isWhole && (
        <Badge variant="light" color="gray">
          Generic steps
        </Badge>
      )}
      <Text>
        {!props.isWhole && `A walk-through written for ${props.framework} is still to come. `}
        The steps below are the ones every OpenID Connect library of this type takes, with the values of this
        application filled in.
      </Text>
      {props.flow === 'MachineToMachine' ? machineSteps(props) : interactiveSteps(props, props.flow)}
    </Stack>
  );
}

function machineSteps(props: GenericOidcProps) {
  return (
    <Steps>
      {libraryStep(props)}
      <Step title="Get an access token" subtitle="OAuth 2.0 client credentials; the resource is your API.">
        <Credentials />
        <Code language="bash" title="Terminal">
          {`curl ${endpointsOf(props.issuer).token} \\
  --user '${props.appId}:${secretOf(props)}' \\
  --data grant_type=client_credentials \\
  --data-urlencode resource=https://api.example.com
`}
        </Code>
        <Checkpoint>
          The answer holds <code>access_token</code>. Send it as <code>Authorization: Bearer …</code>.
        </Checkpoint>
      </Step>
      {nextSteps(props.appId, [])}
    </Steps>
  );
}

function libraryStep({ framework, sdk }: GenericOidcProps) {
  return (
    <Step title="Install a library">
      {sdk ? (
        <Text>
          The library for {framework} is <code>{sdk.name}</code> ({sdk.source}).
        </Text>
      ) : (
        <Text>
          {framework} brings its own OpenID Connect client or takes any certified one; nothing of ours is needed.
        </Text>
      )}
      {sdk?.install && (
        <Code language="bash" title="Terminal">
          {sdk.install}
        </Code>
      )}
    </Step>
  );
}

type InteractiveFlow = Exclude<GenericFlow, 'MachineToMachine'>;

/** Addresses of an app under development, where a guide suggests none. */
const developmentUris: Record<InteractiveFlow, string> = {
  SPA: 'http://localhost:3000/callback',
  Traditional: 'http://localhost:3000/callback',
  Native: 'com.example.app://callback',
};

function interactiveSteps(props: GenericOidcProps, flow: InteractiveFlow) {
  const suggestion = props.redirectUri ?? developmentUris[flow];
  // A custom scheme has no front page: a native app comes back to the same address.
  const afterSignOut = props.postLogoutRedirectUri ?? (flow === 'Native' ? suggestion : originOf(suggestion));
  const redirectUri = savedOr(props.redirectUris, suggestion);
  const postLogoutRedirectUri = savedOr(props.postLogoutRedirectUris, afterSignOut);
  const endpoints = endpointsOf(props.issuer);
  return (
    <Steps>
      {libraryStep(props)}
      <Step title="Configure it" subtitle="Most libraries need the issuer only and discover the rest.">
        <Credentials />
        <Values
          items={[
            { label: 'Issuer', children: props.issuer },
            { label: 'Discovery', children: endpoints.discovery },
            { label: 'Authorization endpoint', children: endpoints.authorization },
            { label: 'Token endpoint', children: endpoints.token },
            { label: 'Userinfo endpoint', children: endpoints.userinfo },
            { label: 'Key set', children: endpoints.jwks },
            { label: 'End session endpoint', children: endpoints.endSession },
            { label: 'Scope', children: scope },
          ]}
        />
        {flowNote(flow)}
        {props.children}
      </Step>
      <Step title="Save the redirect URIs" subtitle="They must equal what your app sends, letter by letter.">
        <RedirectUris suggestion={suggestion} />
        <PostLogoutRedirectUris suggestion={afterSignOut} />
        {flow === 'Native' && (
          <Text>
            A custom scheme should be the reverse of a domain you own. For <code>http://localhost</code> and{' '}
            <code>http://127.0.0.1</code> the port is ignored, so that a desktop app may listen on any free one.
          </Text>
        )}
      </Step>
      <Step title="Send people to the sign-in page" subtitle="Authorization code flow with PKCE (RFC 7636).">
        <Code language="http">{authorizationRequest(props, redirectUri)}</Code>
        <Text>
          Make <code>state</code>, <code>nonce</code> and the code verifier anew for each sign-in, from a secure source
          of randomness. <code>code_challenge</code> is the base64url SHA-256 of the verifier.
        </Text>
      </Step>
      <Step title="Exchange the code" subtitle="After checking that the state is the one you sent.">
        <Code language="bash" title="Token request">
          {tokenRequest(props, flow, redirectUri)}
        </Code>
        <Text>
          Check the ID token that comes back: signature (ES384, key set above), <code>iss</code>, <code>aud</code> (the
          app ID), <code>exp</code> and <code>nonce</code>. The library does this for you.
        </Text>
      </Step>
      <Step title="Show the user" subtitle="From the claims of the ID token, or from the userinfo endpoint.">
        <Code language="bash" title="Userinfo request">
          {`curl ${endpoints.userinfo} --header "Authorization: Bearer $ACCESS_TOKEN"`}
        </Code>
      </Step>
      <Step title="Sign out" subtitle="Forget the tokens, then open this address.">
        <Code language="http">{signOutRequest(props, postLogoutRedirectUri)}</Code>
      </Step>
      <Step title="Try it">
        <Checkpoint>
          Start a sign-in in {props.name || 'your app'} and create an account: you come back to {redirectUri} with a{' '}
          <code>code</code>, and your app shows your name. An error about the redirect URI means that the saved address
          and the sent one differ.
        </Checkpoint>
      </Step>
      {nextSteps(props.appId)}
    </Steps>
  );
}

function flowNote(flow: InteractiveFlow) {
  if (flow === 'Traditional') {
    return (
      <Callout>
        Client authentication is <code>client_secret_basic</code>. Use PKCE all the same, and keep the tokens in a
        session on your server.
      </Callout>
    );
  }
  if (flow === 'SPA') {
    return (
      <Callout>
        A browser cannot keep a secret: this type of client has none (<code>token_endpoint_auth_method</code> is{' '}
        <code>none</code>), and PKCE is required. Pages at the origin of a saved redirect URI may call the token
        endpoint.
      </Callout>
    );
  }
  return (
    <Callout>
      An app on somebody else’s device cannot keep a secret: this type of client has none, and PKCE is required. Open
      the sign-in page in the browser of the system, never in an embedded view (RFC 8252). Any AppAuth library works as
      well.
    </Callout>
  );
}

/** A long address with one parameter on each line. */
function address(base: string, parameters: Record<string, string>): string {
  const lines = Object.entries(parameters).map(([key, value]) => `${key}=${value}`);
  return `${base}\n  ?${lines.join('\n  &')}\n`;
}

function authorizationRequest({ appId, issuer }: GuideProps, redirectUri: string): string {
  return address(endpointsOf(issuer).authorization, {
    client_id: appId,
    redirect_uri: encodeURIComponent(redirectUri),
    response_type: 'code',
    scope: scope.replaceAll(' ', '+'),
    state: '<random>',
    nonce: '<random>',
    code_challenge: '<challenge>',
    code_challenge_method: 'S256',
  });
}

function signOutRequest({ appId, issuer }: GuideProps, postLogoutRedirectUri: string): string {
  return address(endpointsOf(issuer).endSession, {
    client_id: appId,
    post_logout_redirect_uri: encodeURIComponent(postLogoutRedirectUri),
  });
}

function tokenRequest(props: GuideProps, flow: InteractiveFlow, redirectUri: string): string {
  const identification =
    flow === 'Traditional' ? `--user '${props.appId}:${secretOf(props)}'` : `--data client_id=${props.appId}`;
  return `curl ${endpointsOf(props.issuer).token} \\
  ${identification} \\
  --data grant_type=authorization_code \\
  --data-urlencode "code=$CODE" \\
  --data-urlencode 'redirect_uri=${redirectUri}' \\
  --data-urlencode "code_verifier=$CODE_VERIFIER"
`;
}
