// The Management API, as a machine that holds all permissions.
import assert from 'node:assert/strict';
import { runCommand } from './portico.js';

/** Creates a machine application on the database and returns a client that acts as it. */
export async function connectMachine(installation) {
  const created = runCommand(installation, [
    'apps', 'create', '--name', 'End-to-end tests', '--type', 'MachineToMachine', '--management-api', '--json',
  ]);
  const response = await fetch(`${installation.core}/oidc/token`, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`${created.id}:${created.secret}`)}` },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      resource: 'https://default.logto.app/api',
      scope: 'all',
    }),
  });
  assert.equal(response.status, 200, await response.clone().text());
  const { access_token: token } = await response.json();

  async function call(method, path, body) {
    const answer = await fetch(`${installation.core}/api${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, ...(body && { 'Content-Type': 'application/json' }) },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return text && JSON.parse(text);
  }

  return {
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    patch: (path, body) => call('PATCH', path, body),
    delete: (path) => call('DELETE', path),
  };
}
