// Ctrl-C loses nobody's answer: a request in flight is answered before the process ends.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { createInstallation, runCommand, startPortico } from './support/portico.js';
import { deferred, eventually, withLimit } from './support/waiting.js';

const limitMs = 20_000;
const installation = createInstallation();
const { hostname, port } = new URL(installation.core);
let portico;

before(async () => {
  portico = await startPortico(installation);
});

after(() => {
  portico?.kill();
  installation.remove();
});

/**
 * Begins a request by hand and keeps its body back. The server's "100 Continue" says that the
 * request is being worked on (RFC 9110 section 10.1.1).
 */
async function beginRequest(head, body) {
  const socket = connect(Number(port), hostname);
  let heard = '';
  const [taken, ended] = [deferred(), deferred()];
  socket.setEncoding('utf8');
  socket.on('data', (chunk) => {
    heard += chunk;
    if (heard.startsWith('HTTP/1.1 100 ')) taken.resolve();
  });
  socket.once('error', (error) => [taken, ended].forEach(({ reject }) => reject(error)));
  socket.once('end', () => ended.resolve(heard));
  ended.promise.catch(() => {});
  socket.write(
    [...head, `Host: localhost:${port}`, `Content-Length: ${body.length}`, 'Expect: 100-continue', '', ''].join('\r\n'),
  );
  await withLimit(taken.promise, limitMs, () => `the request was not taken: ${heard}`);
  return async () => {
    socket.write(body);
    return withLimit(ended.promise, limitMs, () => `the connection stays open: ${heard}`);
  };
}

/** Whether somebody new is still let in. */
const isListening = () =>
  new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once('connect', () => resolve(true) ?? socket.destroy());
    socket.once('error', () => resolve(false));
  });

test('a request in flight is answered, then the process ends with 0', async () => {
  const machine = runCommand(installation, [
    'apps', 'create', '--name', 'In flight', '--type', 'MachineToMachine', '--management-api', '--json',
  ]);
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    resource: 'https://default.logto.app/api',
    scope: 'all',
  }).toString();
  const finish = await beginRequest(
    [
      'POST /oidc/token HTTP/1.1',
      `Authorization: Basic ${btoa(`${machine.id}:${machine.secret}`)}`,
      'Content-Type: application/x-www-form-urlencoded',
    ],
    body,
  );

  const stopped = portico.interrupt();
  await eventually(isListening, (listening) => !listening);
  const answer = await finish();
  assert.match(answer, /\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
  assert.match(answer, /"access_token":"/);
  assert.equal(await stopped, 0, portico.output());
});
