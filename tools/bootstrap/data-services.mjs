import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { Failure, run, step } from './terminal.mjs';

// Debian keeps servers in sbin, which an ordinary user's PATH lacks; the others are Homebrew's.
const folders = [
  ...(process.env.PATH ?? '').split(delimiter),
  ...['/usr/local/sbin', '/usr/sbin', '/usr/libexec', '/usr/local/bin', '/usr/bin', '/opt/homebrew/bin', '/opt/homebrew/sbin'],
  // Debian's, one folder a version.
  ...(existsSync('/usr/lib/postgresql')
    ? readdirSync('/usr/lib/postgresql').map((name) => `/usr/lib/postgresql/${name}/bin`)
    : []),
];

const isOnPath = (name) =>
  folders.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** Debian's PostgreSQL makes a cluster of its own when it is installed, unless it is told here not to; what is there stays as it is. */
const withoutPostgresCluster = () => {
  const configuration = '/etc/postgresql-common/createcluster.conf';
  if (existsSync(configuration)) return;
  mkdirSync(dirname(configuration), { recursive: true });
  writeFileSync(configuration, '# Written by Strongroom, which needs the programs alone.\ncreate_main_cluster = false\n');
};

const policy = '/usr/sbin/policy-rc.d';
const policyText = '#!/bin/sh\n# Written by Strongroom while apt installs: no package may start a system service.\nexit 101\n';

/** Keeps the packages that `work` installs from starting system services; a policy that already exists stays as it is. */
const withoutSystemServices = async (work) => {
  const ours = !existsSync(policy) || readFileSync(policy, 'utf8') === policyText;
  if (!ours) return work();
  const remove = () => rmSync(policy, { force: true });
  writeFileSync(policy, policyText, { mode: 0o755 });
  process.once('exit', remove);
  try {
    return await work();
  } finally {
    remove();
    process.off('exit', remove);
  }
};

const galera = ['/usr/lib/galera/libgalera_smm.so', '/usr/lib64/galera-4/libgalera_smm.so'];

/** What several nodes need beside MariaDB: Galera, and what sends the data of one to another. */
const missingOfGalera = () => [
  ...(galera.some((library) => existsSync(library)) ? [] : ['galera-4']),
  ...(isOnPath('rsync') ? [] : ['rsync']),
];

/**
 * Installs MariaDB and Redis where they are missing and their URL is not configured, and Galera where the cluster is to be highly
 * available. As root on Debian and Ubuntu by apt; elsewhere it says the one command to run, by a Failure that is thrown before
 * anything else has begun.
 */
export const installDataServices = ({ highAvailability = false } = {}) => {
  const missing = [];
  const mariadb = (isOnPath('mariadbd') || isOnPath('mysqld')) && isOnPath('mariadb-install-db');
  if (!process.env.STRONGROOM_DATABASE_URL && !mariadb) missing.push('mariadb-server');
  const { STRONGROOM_REDIS_URL, STRONGROOM_REDIS_PROGRAM } = process.env;
  const redis = isOnPath('redis-server') || isOnPath('valkey-server');
  if (!STRONGROOM_REDIS_URL && !STRONGROOM_REDIS_PROGRAM && !redis) missing.push('redis-server');
  if (highAvailability) missing.push(...missingOfGalera());
  if (!missing.length) return Promise.resolve();

  if (!isOnPath('apt-get') || process.getuid?.() !== 0) {
    const command = isOnPath('apt-get')
      ? `sudo apt-get install -y --no-install-recommends ${missing.join(' ')}`
      : `brew install ${missing.map((name) => name.replace('-server', '')).join(' ')}   (or what your system calls these packages)`;
    const otherwise = highAvailability
      ? 'Without them, `npm start` alone starts a cluster with one database and one Redis.'
      : 'Or point STRONGROOM_DATABASE_URL and STRONGROOM_REDIS_URL at servers that exist.';
    throw new Failure(
      `${missing.join(' and ')} is needed and not installed. Run this, then repeat:\n\n    ${command}\n\n${otherwise}`,
    );
  }
  return install(missing);
};

/** What tests run, by a program of the package: servers whose passwords they rotate, and the browser that opens the console. */
const testPrograms = {
  postgres: 'postgresql',
  sshd: 'openssh-server',
  'rabbitmq-server': 'rabbitmq-server',
  chromium: 'chromium',
};

/** Installs what the tests alone need, where that can be done. Elsewhere these tests are skipped: see `describeWith` in libs/testing. */
export const installTestPrograms = async () => {
  const missing = Object.entries(testPrograms).flatMap(([program, name]) => (isOnPath(program) ? [] : [name]));
  missing.push(...missingOfGalera());
  if (!missing.length) return;
  if (isOnPath('apt-get') && process.getuid?.() === 0) await install(missing);
  else {
    const command = isOnPath('apt-get')
      ? ` To have them: sudo apt-get install -y --no-install-recommends ${missing.join(' ')}`
      : '';
    console.log(`${missing.join(' and ')} not installed: the tests that need them are skipped.${command}`);
  }
};

const install = async (packages) => {
  const apt = (detail, ...args) =>
    run('apt-get', ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Dpkg::Options::=--force-confold', '-q', ...args], {
      detail,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  if (packages.includes('postgresql')) withoutPostgresCluster();
  await step('Updating the package lists', (detail) => apt(detail, 'update'));
  await step(`Installing ${packages.join(' and ')}`, (detail) =>
    withoutSystemServices(() => apt(detail, 'install', '-y', '--no-install-recommends', ...packages)),
  );
};
