import { Code } from './blocks';
import { GenericApiContent } from './shared/generic-api';
import { endpointsOf } from './shared/values';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'api-express',
  name: 'Express',
  description: 'Check access tokens in a Node.js API.',
  category: 'API',
  applicationType: 'API',
  logo: { mark: 'ex', color: '#3f3f46' },
};

const check = ({ issuer, resource }: GuideProps) => `import express from 'express';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const keys = createRemoteJWKSet(new URL('${endpointsOf(issuer).jwks}'));

async function verify(request) {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ');
  if (scheme !== 'Bearer' || !token) {
    throw new Error('No access token');
  }
  const { payload } = await jwtVerify(token, keys, {
    issuer: '${issuer}',
    audience: '${resource}',
    algorithms: ['ES384'],
  });
  return payload;
}

const requires = (scope) => async (request, response, next) => {
  let claims;
  try {
    claims = await verify(request);
  } catch {
    response.status(401).set('WWW-Authenticate', 'Bearer').end();
    return;
  }
  if (!(claims.scope ?? '').split(' ').includes(scope)) {
    response.status(403).end();
    return;
  }
  response.locals.subject = claims.sub;
  next();
};

const app = express();

app.get('/books', requires('read:books'), (request, response) => {
  response.json({ reader: response.locals.subject });
});

app.listen(3000);
`;

export default function Content(props: GuideProps) {
  return (
    <GenericApiContent {...props} framework="Express" install="npm install express jose">
      <Code language="javascript" title="api.mjs">
        {check(props)}
      </Code>
    </GenericApiContent>
  );
}
