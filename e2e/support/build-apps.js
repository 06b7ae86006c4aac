// Builds the two Next.js apps, unless nothing of theirs has changed since the last build.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');

const changedAt = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function newest(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((latest, entry) => Math.max(latest, changedAt(path.join(entry.parentPath, entry.name))), 0);
}

for (const app of ['auth-js', 'next-auth-v4']) {
  const folder = path.join(root, 'apps', app);
  const sources = Math.max(
    newest(path.join(folder, 'src')),
    changedAt(path.join(folder, 'next.config.ts')),
    changedAt(path.join(root, 'package-lock.json')),
  );
  if (changedAt(path.join(folder, '.next', 'BUILD_ID')) > sources) continue;
  const { status } = spawnSync('npm', ['run', 'build', '--workspace', app], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
  });
  if (status !== 0) process.exit(status ?? 1);
}
