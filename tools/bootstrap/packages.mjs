import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

// npm reads this file rather than package-lock.json. It is there while npm runs.
const addressed = 'npm-shrinkwrap.json';

/**
 * The lock file with the address that each package has by convention in this registry. The one in git names no addresses, and npm
 * then asks the registry for each package's list of versions first, which takes twice as long.
 */
const withAddresses = (registry) => {
  const lock = JSON.parse(read('package-lock.json'));
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (!entry.integrity) continue;
    const name = entry.name ?? path.split('node_modules/').at(-1);
    entry.resolved = `${registry}/${name}/-/${name.split('/').at(-1)}-${entry.version}.tgz`;
  }
  return JSON.stringify(lock);
};

/** Versions and checksums are those of the lock file. */
const install = async () => {
  // Not `npm ci`, which refuses a lock file that lacks the binaries of platforms other than the one it was made on. `npm --silent
  // test` would silence this one, too.
  const npmInstall = () => run('npm', ['install', '--no-save', '--no-progress', '--loglevel=warn']);
  try {
    const registry = (await run('npm', ['config', 'get', 'registry'])).trim().replace(/\/+$/, '');
    writeFileSync(addressed, withAddresses(registry));
    await npmInstall();
  } catch {
    // A registry with other addresses.
    rmSync(addressed, { force: true });
    await npmInstall();
  } finally {
    rmSync(addressed, { force: true });
  }
};

/** Installs the npm packages of the lock file unless node_modules already holds exactly these. */
export const installPackages = async () => {
  // Of an installation that was killed.
  rmSync(addressed, { force: true });
  const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
  if (read(stamp)?.trim() === lock) return;
  if (!matchesLock()) await step('Installing npm packages', install);
  writeFileSync(stamp, `${lock}\n`);
};
