import { Text } from '@mantine/core';
import { Callout, Checkpoint, Code, CodeTabs, Credentials, Step, Steps } from './blocks';
import { nextSteps } from './shared/next-steps';
import { endpointsOf } from './shared/values';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'native-device-flow',
  name: 'Input-limited app / CLI',
  description: 'Televisions, consoles and command lines: sign in on another device with a short code.',
  category: 'Native',
  applicationType: 'Native',
  logo: { mark: '>_', color: '#334155' },
  order: 6,
};

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
const scope = 'openid offline_access profile';

const requestCode = ({ appId, issuer }: GuideProps) => `curl ${endpointsOf(issuer).deviceAuthorization} \\
  --data client_id=${appId} \\
  --data-urlencode 'scope=${scope}'
`;

const codeAnswer = ({ endpoint }: GuideProps) => `{
  "device_code": "q3KfX…",
  "user_code": "BCDF-GHJK",
  "verification_uri": "${endpoint}/device",
  "verification_uri_complete": "${endpoint}/device?user_code=BCDF-GHJK",
  "expires_in": 600
}
`;

const poll = ({ appId, issuer }: GuideProps) => `curl ${endpointsOf(issuer).token} \\
  --data client_id=${appId} \\
  --data-urlencode grant_type=${deviceGrant} \\
  --data-urlencode "device_code=$DEVICE_CODE"
`;

const script = ({ appId, issuer }: GuideProps) => `const issuer = '${issuer}';
const clientId = '${appId}';

async function post(path, parameters) {
  const response = await fetch(issuer + path, {
    method: 'POST',
    body: new URLSearchParams({ client_id: clientId, ...parameters }),
  });
  return response.json();
}

const device = await post('/device/auth', { scope: '${scope}' });
if (device.error) {
  throw new Error(device.error_description);
}
console.log('Open ' + device.verification_uri + ' and enter ' + device.user_code);

let seconds = device.interval ?? 5;
let tokens;
while (!tokens) {
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const answer = await post('/token', {
    grant_type: '${deviceGrant}',
    device_code: device.device_code,
  });
  if (answer.error === 'slow_down') {
    seconds += 5;
  } else if (answer.error && answer.error !== 'authorization_pending') {
    throw new Error(answer.error_description ?? answer.error);
  } else if (!answer.error) {
    tokens = answer;
  }
}

const userinfo = await fetch(issuer + '/me', {
  headers: { Authorization: 'Bearer ' + tokens.access_token },
});
const user = await userinfo.json();
console.log('Signed in as ' + (user.name ?? user.username ?? user.sub));
`;

const userinfo = ({ issuer }: GuideProps) => `curl ${endpointsOf(issuer).userinfo} \\
  --header "Authorization: Bearer $ACCESS_TOKEN"
`;

export default function Content(props: GuideProps) {
  return (
    <Steps>
      <Step title="How it works" subtitle="OAuth 2.0 device authorization grant (RFC 8628).">
        <Text>
          Your program shows an address and a short code. The user opens the address on a phone or computer, signs in
          and confirms the code. Meanwhile your program asks the token endpoint until the answer holds tokens. No
          redirect URI and no secret is needed.
        </Text>
        <Credentials />
        <Callout>
          The authorization flow is chosen when the application is created and cannot be changed. If this one was made
          for the authorization code flow, create another with “Device flow”.
        </Callout>
      </Step>
      <Step title="Ask for a code">
        <Code language="bash" title="Terminal">
          {requestCode(props)}
        </Code>
        <Code language="json" title="Answer">
          {codeAnswer(props)}
        </Code>
      </Step>
      <Step title="Show the code to the user">
        <Text>
          Print <code>verification_uri</code> and <code>user_code</code>. Where there is room for it, show{' '}
          <code>verification_uri_complete</code> as a QR code as well: it saves typing. The code is valid for{' '}
          <code>expires_in</code> seconds.
        </Text>
      </Step>
      <Step title="Wait for the tokens" subtitle="Ask every five seconds, or as the interval in the answer says.">
        <Code language="bash" title="Terminal">
          {poll(props)}
        </Code>
        <Text>
          <code>authorization_pending</code>: ask again. <code>slow_down</code>: wait five seconds longer each time.{' '}
          <code>access_denied</code>: the user refused. <code>expired_token</code>: start over.
        </Text>
        <CodeTabs
          label="Language"
          tabs={[{ label: 'JavaScript', language: 'javascript', title: 'sign-in.mjs', code: script(props) }]}
        />
      </Step>
      <Step title="Show the user">
        <Code language="bash" title="Terminal">
          {userinfo(props)}
        </Code>
        <Text>
          Keep the refresh token in the key store of the system: with it your program stays signed in. Each use may
          return a new one that replaces it.
        </Text>
      </Step>
      <Step title="Try it">
        <Code language="bash" title="Terminal">
          node sign-in.mjs
        </Code>
        <Checkpoint>
          Open the printed address, enter the code, sign in and confirm. Within five seconds the program prints your
          name.
        </Checkpoint>
      </Step>
      {nextSteps(props.appId)}
    </Steps>
  );
}
