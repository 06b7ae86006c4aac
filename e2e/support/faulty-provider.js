// An identity provider that misbehaves on demand. It asks nobody anything: whoever comes is signed
// in as `provider.person`, and `provider.fault` says what is wrong with the answer.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export const client = { id: 'portico', secret: 'a-secret-for-the-faulty-provider' };

/** Faults by name: what each changes in the ID token, or where else it shows. */
const tokenFaults = {
  'bad signature': { signer: 'stranger' },
  'wrong issuer': { claims: { iss: 'https://elsewhere.example' } },
  'wrong audience': { claims: { aud: 'another-client' } },
  'wrong nonce': { claims: { nonce: 'another-request' } },
  'no nonce': { claims: { nonce: undefined } },
  'expired token': { lifetimeSeconds: -3600 },
  'algorithm not allowed': { signer: 'elliptic' },
  'unsigned token': { unsigned: true },
};

export async function startFaultyProvider(port) {
  const url = `http://localhost:${port}`;
  const keys = {
    own: { alg: 'RS256', ...(await generateKeyPair('RS256')) },
    stranger: { alg: 'RS256', ...(await generateKeyPair('RS256')) },
    // Published like the first, but the connector is told to accept RS256 only.
    elliptic: { alg: 'ES256', ...(await generateKeyPair('ES256')) },
  };
  const published = await Promise.all(
    ['own', 'elliptic'].map(async (kid) => ({ ...(await exportJWK(keys[kid].publicKey)), kid, alg: keys[kid].alg })),
  );
  const codes = new Map();
  const provider = {
    url,
    person: { sub: 'nobody' },
    fault: undefined,
    tokenRequests: 0,
    close: () => new Promise((resolve) => server.close(resolve) && server.closeAllConnections()),
  };

  function authorize(query, response) {
    const back = new URL(query.get('redirect_uri'));
    if (provider.fault === 'error response') back.searchParams.set('error', 'server_error');
    else {
      const code = createHash('sha256').update(query.get('state')).digest('hex');
      codes.set(code, { nonce: query.get('nonce'), challenge: query.get('code_challenge') });
      back.searchParams.set('code', code);
    }
    back.searchParams.set('state', provider.fault === 'wrong state' ? 'not-the-one-sent' : query.get('state'));
    response.writeHead(302, { Location: back.href }).end();
  }

  async function idToken({ nonce }) {
    const { signer = 'own', claims = {}, lifetimeSeconds = 600, unsigned } = tokenFaults[provider.fault] ?? {};
    const now = Math.floor(Date.now() / 1000);
    const iat = Math.min(now, now + lifetimeSeconds);
    const payload = { iss: url, aud: client.id, nonce, iat, exp: now + lifetimeSeconds, ...provider.person, ...claims };
    if (unsigned) {
      const encode = (part) => Buffer.from(JSON.stringify(part)).toString('base64url');
      return `${encode({ alg: 'none' })}.${encode(payload)}.`;
    }
    const { alg, privateKey } = keys[signer];
    const kid = signer === 'stranger' ? 'own' : signer;
    return new SignJWT(payload).setProtectedHeader({ alg, kid }).sign(privateKey);
  }

  async function token(form, response) {
    provider.tokenRequests += 1;
    if (provider.fault === 'provider down') return response.socket.destroy();
    // Keeps the connection open and says nothing; the server's own limit has to end it.
    if (provider.fault === 'provider slow') return undefined;
    const granted = codes.get(form.get('code'));
    codes.delete(form.get('code'));
    const challenge = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
    if (!granted || challenge !== granted.challenge) return json(response, { error: 'invalid_grant' }, 400);
    return json(response, {
      access_token: 'unused', token_type: 'Bearer', expires_in: 600, id_token: await idToken(granted),
    });
  }

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, url);
    if (pathname === '/authorize') return authorize(searchParams, response);
    if (pathname === '/jwks') return json(response, { keys: published });
    if (pathname === '/token') return token(new URLSearchParams(await readBody(request)), response);
    // Stands for the application that people sign in to.
    return response.writeHead(200, { 'Content-Type': 'text/html' }).end('<title>Application</title><h1>Arrived</h1>');
  });
  await new Promise((resolve) => server.listen(port, resolve));
  return provider;
}

function json(response, body, status = 200) {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

async function readBody(request) {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

export const tokenFaultNames = Object.keys(tokenFaults);
