import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installDebianPackages, isForProject, unpackedPrograms, unpackedRoot } from './debian-packages.mjs';
import { Failure } from './terminal.mjs';

// Debian keeps servers in sbin, which an ordinary user's PATH lacks; the others are Homebrew's.
const folders = [
  ...(process.env.PATH ?? '').split(delimiter),
  ...['/usr/local/sbin', '/usr/sbin', '/usr/libexec', '/usr/local/bin', '/usr/bin', '/opt/homebrew/bin', '/opt/homebrew/sbin'],
  // Debian's, one folder a version.
  ...(existsSync('/usr/lib/postgresql')
    ? readdirSync('/usr/lib/postgresql').map((name) => `/usr/lib/postgresql/${name}/bin`)
    : []),
  unpackedPrograms,
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

const galera = ['', unpackedRoot].flatMap((root) =>
  ['/usr/lib/galera/libgalera_smm.so', '/usr/lib64/galera-4/libgalera_smm.so'].map((library) => `${root}${library}`),
);

/** What several nodes need beside MariaDB: Galera, and what sends the data of one to another. */
const missingOfGalera = () => [
  ...(galera.some((library) => existsSync(library)) ? [] : ['galera-4']),
  ...(isOnPath('rsync') ? [] : ['rsync']),
];

/**
 * Installs MariaDB and Redis where they are missing and their URL is not configured, and Galera where the cluster is to be highly
 * available: on Debian and Ubuntu. Elsewhere, and where that fails, it says the one command to run, by a Failure.
 */
export const installDataServices = async ({ highAvailability = false } = {}) => {
  const missing = [];
  const mariadb = (isOnPath('mariadbd') || isOnPath('mysqld')) && isOnPath('mariadb-install-db');
  if (!process.env.STRONGROOM_DATABASE_URL && !mariadb) missing.push('mariadb-server');
  const { STRONGROOM_REDIS_URL, STRONGROOM_REDIS_PROGRAM } = process.env;
  const redis = isOnPath('redis-server') || isOnPath('valkey-server');
  if (!STRONGROOM_REDIS_URL && !STRONGROOM_REDIS_PROGRAM && !redis) missing.push('redis-server');
  if (highAvailability) missing.push(...missingOfGalera());
  if (!missing.length) return;

  const isDebian = isOnPath('apt-get');
  try {
    if (isDebian) return await installDebianPackages(missing);
  } catch (error) {
    if (!isForProject || !(error instanceof Failure)) throw error;
    console.error(error.message);
  }
  const command = isDebian
    ? `sudo apt-get install -y --no-install-recommends ${missing.join(' ')}`
    : `brew install ${missing.map((name) => name.replace('-server', '')).join(' ')}   (or what your system calls these packages)`;
  const otherwise = highAvailability
    ? 'Without them, `npm start` alone starts a cluster with one database and one Redis.'
    : 'Or point STRONGROOM_DATABASE_URL and STRONGROOM_REDIS_URL at servers that exist.';
  throw new Failure(
    `${missing.join(' and ')} is needed and not installed. Run this, then repeat:\n\n    ${command}\n\n${otherwise}`,
  );
};

/** What tests run, by a program of the package: servers whose passwords they rotate, and the browser that opens the console. */
const testPrograms = {
  postgres: 'postgresql',
  sshd: 'openssh-server',
  'rabbitmq-server': 'rabbitmq-server',
  chromium: 'chromium',
};

/** RabbitMQ's scripts look for it and for Erlang where packages are installed. */
const canBeUnpacked = (name) => name !== 'rabbitmq-server';

/** Installs what the tests alone need, where that can be done. Elsewhere these tests are skipped: see `describeWith` in libs/testing. */
export const installTestPrograms = async () => {
  const missing = Object.entries(testPrograms).flatMap(([program, name]) => (isOnPath(program) ? [] : [name]));
  missing.push(...missingOfGalera());
  const isDebian = isOnPath('apt-get');
  const wanted = isDebian ? missing.filter((name) => !isForProject || canBeUnpacked(name)) : [];
  if (wanted.length) await installDebianPackages(wanted);
  const others = missing.filter((name) => !wanted.includes(name));
  if (!others.length) return;
  const command = isDebian ? ` To have them: sudo apt-get install -y --no-install-recommends ${others.join(' ')}` : '';
  console.log(`${others.join(' and ')} not installed: the tests that need them are skipped.${command}`);
};
