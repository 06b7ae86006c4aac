import { Text } from '@mantine/core';
import { Callout, Checkpoint, Code, CodeTabs, Credentials, Step, Steps } from './blocks';
import { nextSteps } from './shared/next-steps';
import { endpointsOf, secretOf } from './shared/values';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'm2m-general',
  name: 'Machine-to-machine',
  description: 'Let a server, a script or a job call an API without a user.',
  category: 'MachineToMachine',
  applicationType: 'MachineToMachine',
  isFeatured: true,
  order: 1.5,
};

/** Audience of the Management API of the default tenant. */
const managementApi = 'https://default.logto.app/api';

const curl = (props: GuideProps) => `curl ${endpointsOf(props.issuer).token} \\
  --user '${props.appId}:${secretOf(props)}' \\
  --data grant_type=client_credentials \\
  --data-urlencode resource=${managementApi} \\
  --data scope=all
`;

const javascript = (props: GuideProps) => `const response = await fetch('${endpointsOf(props.issuer).token}', {
  method: 'POST',
  headers: {
    Authorization: 'Basic ' + btoa('${props.appId}:' + process.env.APP_SECRET),
  },
  body: new URLSearchParams({
    grant_type: 'client_credentials',
    resource: '${managementApi}',
    scope: 'all',
  }),
});

if (!response.ok) {
  throw new Error(await response.text());
}

const { access_token, expires_in } = await response.json();
`;

const python = (props: GuideProps) => `import os

import requests

response = requests.post(
    "${endpointsOf(props.issuer).token}",
    auth=("${props.appId}", os.environ["APP_SECRET"]),
    data={
        "grant_type": "client_credentials",
        "resource": "${managementApi}",
        "scope": "all",
    },
    timeout=10,
)
response.raise_for_status()
access_token = response.json()["access_token"]
`;

const answer = `{
  "access_token": "eyJhbGciOiJFUzM4NCIsInR5cCI6ImF0K2p3dCIs…",
  "expires_in": 3600,
  "token_type": "Bearer",
  "scope": "all"
}
`;

const call = ({ endpoint }: GuideProps) => `curl '${endpoint}/api/users?page_size=5' \\
  --header "Authorization: Bearer $ACCESS_TOKEN"
`;

export default function Content(props: GuideProps) {
  return (
    <Steps>
      <Step title="How it works" subtitle="OAuth 2.0 client credentials (RFC 6749, section 4.4).">
        <Text>
          There is no user, no sign-in page and no redirect. Your program proves itself with the app ID and the app
          secret, gets an access token for one API, and sends it with each request until it expires.
        </Text>
        <Credentials />
        <Callout tone="warning">
          The app secret is a password. Keep it on your servers and out of version control.
        </Callout>
      </Step>
      <Step title="Grant permissions" subtitle="A token carries only what the roles of the application allow.">
        <Text>
          Give the application a machine-to-machine role that has the permissions it needs. For the Management API used
          below, that is the role “Logto Management API access”. On the server, one command creates an application that
          has it already and prints its ID and secret:
        </Text>
        <Code language="bash" title="Terminal">
          portico apps create --name my-script --type MachineToMachine --management-api --json
        </Code>
      </Step>
      <Step title="Get an access token" subtitle="The resource names the API, the scope the permissions.">
        <CodeTabs
          label="Language"
          tabs={[
            { label: 'curl', language: 'bash', title: 'Terminal', code: curl(props) },
            { label: 'JavaScript', language: 'javascript', title: 'token.mjs', code: javascript(props) },
            { label: 'Python', language: 'python', title: 'token.py', code: python(props) },
          ]}
        />
        <Code language="json" title="Answer">
          {answer}
        </Code>
        <Text>
          Leaving out <code>resource</code> gives the error <code>invalid_target</code>. Permissions that no role grants
          are left out of <code>scope</code> without an error, so look at it.
        </Text>
      </Step>
      <Step title="Call the API">
        <Code language="bash" title="Terminal">
          {call(props)}
        </Code>
        <Checkpoint>
          The answer is a JSON list of users. A 401 means that the token is missing, expired or for another API; a 403
          means that the role is missing.
        </Checkpoint>
        <Text>
          Keep the token and use it again until shortly before <code>expires_in</code> seconds are over. There is no
          refresh token: just ask for a new one.
        </Text>
      </Step>
      {nextSteps(props.appId, [])}
    </Steps>
  );
}
