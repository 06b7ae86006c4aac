// Somebody else's identity provider: oidc-provider with two accounts and its own pages.
import Provider from 'oidc-provider';
import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';

/** What the accounts of this provider say about themselves; the login name chooses. */
const accounts = {
  grace: { name: 'Grace Hopper', email: 'grace@example.com', email_verified: true },
  ada: { name: 'Ada Lovelace', email: 'ada@example.com', email_verified: true },
};

export const client = { id: 'portico', secret: 'a-secret-of-forty-characters-for-portico' };

/** Starts the provider; `redirectUri` may be set later, when the connector exists. */
export async function startIdentityProvider(port) {
  const issuer = `http://localhost:${port}`;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const redirectUris = [];
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [`http://localhost:3001/callback/placeholder`],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'idp' }] },
    cookies: { keys: ['only-for-tests'] },
    claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
    // The claims that the scopes ask for are in the ID token, where the connector looks.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts[id] }) }),
  });
  // The callback address has the connector's id in it, which is known only once the connector exists.
  provider.Client.prototype.redirectUriAllowed = (uri) => redirectUris.includes(uri);
  provider.on('server_error', (_, error) => console.error('identity provider:', error));
  const server = createServer(provider.callback());
  await new Promise((resolve) => server.listen(port, resolve));
  return {
    issuer,
    allow: (redirectUri) => redirectUris.push(redirectUri),
    close: () => new Promise((resolve) => server.close(resolve) && server.closeAllConnections()),
  };
}
