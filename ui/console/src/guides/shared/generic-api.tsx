/** What every API must check about an access token, with the addresses of this server filled in. */
import { Badge, List, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Checkpoint, Code, Step, Steps, Values } from '../blocks';
import type { GuideProps } from '../types';
import { endpointsOf } from './values';

interface GenericApiProps extends GuideProps {
  framework: string;
  /** Command that adds the libraries. */
  install: string;
  /** Code that checks the token. */
  children: ReactNode;
}

export function GenericApiContent({ framework, install, children, issuer, resource }: GenericApiProps) {
  const endpoints = endpointsOf(issuer);
  return (
    <Stack>
      <Badge variant="light" color="gray">
        Generic steps
      </Badge>
      <Text>
        A longer walk-through for {framework} is still to come. These steps are enough to let only callers with a valid
        access token in.
      </Text>
      <Steps>
        <Step title="Install a library">
          <Code language="bash" title="Terminal">
            {install}
          </Code>
        </Step>
        <Step title="Know what to check" subtitle="Access tokens for an API are JWTs (RFC 9068).">
          <Values
            items={[
              { label: 'Issuer', children: issuer },
              { label: 'Key set', children: endpoints.jwks },
              { label: 'Audience', children: resource },
            ]}
          />
          <List>
            <List.Item>The signature, with a key of the key set; the algorithm is ES384.</List.Item>
            <List.Item>
              <code>iss</code> is the issuer, <code>aud</code> the identifier of your API, and <code>exp</code> lies in
              the future.
            </List.Item>
            <List.Item>
              <code>scope</code>, a list with spaces between, holds the permission that the request needs.
            </List.Item>
          </List>
        </Step>
        <Step title="Check each request" subtitle="401 without a valid token, 403 without the permission.">
          {children}
        </Step>
        <Step title="Try it" subtitle="With a token of a machine-to-machine application that has a role for this API.">
          <Text>
            Permissions and roles are made with the Management API: <code>POST /api/resources/{'{id}'}/scopes</code>{' '}
            and <code>POST /api/roles</code>.
          </Text>
          <Code language="bash" title="Terminal">
            {`curl ${endpoints.token} \\
  --user "$APP_ID:$APP_SECRET" \\
  --data grant_type=client_credentials \\
  --data-urlencode resource=${resource}
`}
          </Code>
          <Checkpoint>
            Your API answers a request with <code>Authorization: Bearer …</code> and this token, and refuses one
            without.
          </Checkpoint>
        </Step>
      </Steps>
    </Stack>
  );
}
