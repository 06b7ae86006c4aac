import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ConnectorFormItem } from '../src/api/connectors';
import { applyMetadata, discoveryUrl, fetchMetadata, parseMetadata } from '../src/pages/connectors/discovery';

const metadata = {
  issuer: 'https://idp.example.com',
  authorization_endpoint: 'https://idp.example.com/authorize',
  token_endpoint: 'https://idp.example.com/token',
  jwks_uri: 'https://idp.example.com/keys',
};

const items: ConnectorFormItem[] = [
  {
    key: 'tokenEndpointAuthMethod',
    type: 'Select',
    label: 'Method',
    selectItems: [{ value: 'client_secret_post', title: 'Post' }, { value: 'client_secret_basic', title: 'Basic' }],
  },
];

const empty = { tokenEndpointAuthMethod: 'client_secret_post', scope: '', idTokenVerificationConfig: '{ "jwksUri": "<jwks-uri>" }' };

afterEach(() => vi.unstubAllGlobals());

describe('where the discovery document is', () => {
  it.each([
    ['https://idp.example.com', 'https://idp.example.com/.well-known/openid-configuration'],
    [' https://idp.example.com/realms/a/ ', 'https://idp.example.com/realms/a/.well-known/openid-configuration'],
    ['http://127.0.0.1:9000/.well-known/openid-configuration', 'http://127.0.0.1:9000/.well-known/openid-configuration'],
  ])('%s', (text, url) => expect(discoveryUrl(text)).toBe(url));

  it.each(['idp.example.com', 'ftp://idp.example.com', 'https://'])('refuses %s', (text) => {
    expect(() => discoveryUrl(text)).toThrow('invalidUrl');
  });
});

describe('what the document fills in', () => {
  it('sets endpoints, keys and issuer, and keeps what else was typed', () => {
    const values = { ...empty, clientId: 'portico', idTokenVerificationConfig: '{ "clockTolerance": 5 }' };
    const next = applyMetadata(items, values, metadata);
    expect(next).toMatchObject({
      clientId: 'portico',
      authorizationEndpoint: metadata.authorization_endpoint,
      tokenEndpoint: metadata.token_endpoint,
    });
    expect(JSON.parse(String(next.idTokenVerificationConfig))).toEqual({
      clockTolerance: 5,
      jwksUri: metadata.jwks_uri,
      issuer: metadata.issuer,
    });
  });

  it('replaces broken JSON rather than keeping it', () => {
    const next = applyMetadata(items, { ...empty, idTokenVerificationConfig: '{' }, metadata);
    expect(JSON.parse(String(next.idTokenVerificationConfig))).toEqual({ jwksUri: metadata.jwks_uri, issuer: metadata.issuer });
  });

  it('chooses a method of authentication that the provider supports', () => {
    // Basic is the default of the specification.
    expect(applyMetadata(items, empty, metadata).tokenEndpointAuthMethod).toBe('client_secret_basic');
    const both = { ...metadata, token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'] };
    expect(applyMetadata(items, empty, both).tokenEndpointAuthMethod).toBe('client_secret_post');
    const neither = { ...metadata, token_endpoint_auth_methods_supported: ['private_key_jwt'] };
    expect(applyMetadata(items, empty, neither).tokenEndpointAuthMethod).toBe('client_secret_post');
  });

  it('suggests scopes only into an empty field', () => {
    expect(applyMetadata(items, empty, metadata).scope).toBe('openid profile email');
    expect(applyMetadata(items, empty, { ...metadata, scopes_supported: ['openid', 'email'] }).scope).toBe('openid email');
    expect(applyMetadata(items, { ...empty, scope: 'openid' }, metadata).scope).toBe('openid');
  });
});

describe('what can go wrong', () => {
  it('says when a document is none or lacks a member', () => {
    for (const text of ['', 'null', '[]', '<html>', JSON.stringify({ ...metadata, jwks_uri: undefined })]) {
      expect(() => parseMetadata(text)).toThrow('notMetadata');
    }
  });

  it('tells a provider that cannot be called from one without a document', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(fetchMetadata('https://idp.example.com')).rejects.toThrow('unreachable');
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('', { status: 404 })));
    await expect(fetchMetadata('https://idp.example.com')).rejects.toThrow('refused');
  });
});
