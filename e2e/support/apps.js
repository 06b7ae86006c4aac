// The two Next.js apps, started as their owner would start them.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { deferred, withLimit } from './waiting.js';

const apps = path.resolve(import.meta.dirname, '../apps');
const next = path.resolve(import.meta.dirname, '../node_modules/next/dist/bin/next');
const startTimeoutMs = 60_000;

/** Starts an app with the lines of its `.env.local`. */
export async function startApp(name, port, environmentFile) {
  const child = spawn(process.execPath, [next, 'start', '--port', String(port)], {
    cwd: path.join(apps, name),
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NEXT_TELEMETRY_DISABLED: '1', ...parse(environmentFile) },
  });
  let output = '';
  const ready = deferred();
  const hear = (chunk) => {
    output += chunk;
    if (output.includes('Ready in')) ready.resolve();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  void ended.then((code) => ready.reject(new Error(`${name} ended with ${code}:\n${output}`)));
  await withLimit(ready.promise, startTimeoutMs, () => `${name} did not start:\n${output}`);
  return {
    url: `http://localhost:${port}`,
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

const parse = (text) =>
  Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

const squeeze = (code) => code.replace(/\s+/g, ' ').trim();

/** The app in this folder has the code that the guide shows for a file, however it is indented. */
export function assertAppHas(name, file, code) {
  const own = squeeze(readFileSync(path.join(apps, name, file), 'utf8'));
  assert.ok(own.includes(squeeze(code)), `${name}/${file} is not what the guide says:\n${code}`);
}
