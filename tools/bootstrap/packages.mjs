import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { run, step } from './terminal.mjs';

const stamp = 'node_modules/.strongroom-lock';
const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

/** Whether npm's own record of node_modules already says what the lock file says (someone ran `npm install`). */
const matchesLock = () => {
  const recorded = read('node_modules/.package-lock.json');
  if (!recorded) return false;
  const installed = JSON.parse(recorded).packages;
  const wanted = JSON.parse(read('package-lock.json')).packages;
  return (
    Object.entries(wanted).every(
      ([path, { version, optional }]) => path === '' || (installed[path] ? installed[path].version === version : optional),
    ) && Object.keys(installed).every((path) => path in wanted)
  );
};

/** Installs the npm packages of the lock file unless node_modules already holds exactly these. */
export const installPackages = async () => {
  const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
  if (read(stamp)?.trim() === lock) return;
  // Not `npm ci`, which refuses a lock file that lacks the binaries of platforms other than the one it was made on; this takes
  // versions and checksums from the lock file as well, and leaves it as it is. `npm --silent test` would silence this one, too.
  if (!matchesLock()) {
    await step('Installing npm packages', () => run('npm', ['install', '--no-save', '--no-progress', '--loglevel=warn']));
  }
  writeFileSync(stamp, `${lock}\n`);
};
