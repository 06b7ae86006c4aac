// Runs the real binary in a folder of its own.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deferred, withLimit } from './waiting.js';

const repository = path.resolve(import.meta.dirname, '../..');
const startTimeoutMs = 60_000;
const stopTimeoutMs = 20_000;

let binary;

/** The binary that `PORTICO_BIN` names; otherwise the debug build of this clone, brought up to date. */
function findBinary() {
  if (binary) return binary;
  if (process.env.PORTICO_BIN) return (binary = path.resolve(process.env.PORTICO_BIN));
  const { status } = spawnSync('cargo', ['build', '--quiet', '--bin', 'portico'], {
    cwd: repository,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('cargo build failed');
  const target = process.env.CARGO_TARGET_DIR ?? path.join(repository, 'target');
  return (binary = path.join(target, 'debug/portico'));
}

/** A new installation: a folder with nothing in it, and the environment that the binary is given. */
export function createInstallation({ port = 3001, adminPort = 3002 } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'portico-e2e-'));
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    DB_URL: `sqlite://${path.join(folder, 'portico.db')}`,
    PORT: String(port),
    ADMIN_PORT: String(adminPort),
    // The identity providers of these tests are on loopback.
    OUTBOUND_ALLOW_PRIVATE: 'true',
    BREACHED_PASSWORD_CHECK: 'false',
  };
  return {
    folder,
    env,
    core: `http://localhost:${port}`,
    admin: `http://localhost:${adminPort}`,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Runs one command of the binary to its end and returns what it printed, read as JSON. */
export function runCommand(installation, args, input = '') {
  const { status, stdout, stderr } = spawnSync(findBinary(), args, {
    cwd: installation.folder,
    env: installation.env,
    input,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`portico ${args.join(' ')} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Starts the server and waits until it has printed where it is. */
export async function startPortico(installation) {
  const child = spawn(findBinary(), [], { cwd: installation.folder, env: installation.env });
  let output = '';
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
  const ready = deferred();
  const hear = (chunk) => {
    output += chunk;
    if (output.includes(`${installation.admin}/console`)) ready.resolve();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  void ended.then((code) => ready.reject(new Error(`portico ended with ${code}:\n${output}`)));
  await withLimit(ready.promise, startTimeoutMs, () => `portico did not start:\n${output}`);

  return {
    /** Everything it has printed so far. */
    output: () => output,
    /** As Ctrl-C does; resolves to the exit code. */
    async interrupt() {
      child.kill('SIGINT');
      return withLimit(ended, stopTimeoutMs, () => `portico did not stop:\n${output}`);
    },
    kill: () => child.kill('SIGKILL'),
  };
}
