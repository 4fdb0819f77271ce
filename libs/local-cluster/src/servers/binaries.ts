import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/** Where Debian's packages are unpacked that could not be installed: see tools/bootstrap/debian-packages.mjs. */
const unpacked = resolve('.strongroom-programs');

/** The places of a file that a package puts at `path`: on this machine, or unpacked in the project. */
export const packagedFile = (path: string): string[] => [path, join(unpacked, 'root', path)];

const debianPostgres = '/usr/lib/postgresql';

/** Where Debian keeps PostgreSQL's programs, the newest version first. */
const postgresFolders = (): string[] => {
  try {
    const versions = readdirSync(debianPostgres).filter((name) => /^\d+$/.test(name));
    return versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(debianPostgres, version, 'bin'));
  } catch {
    return [];
  }
};

// Debian keeps servers in sbin, which an ordinary user's PATH lacks; the others are Homebrew's.
const folders = [
  ...(process.env.PATH ?? '').split(delimiter),
  ...['/usr/local/sbin', '/usr/sbin', '/usr/libexec', '/usr/local/bin', '/usr/bin', '/opt/homebrew/bin', '/opt/homebrew/sbin'],
  ...postgresFolders(),
  join(unpacked, 'bin'),
];

/** The path of the first of these programs that is installed. */
export function findBinary(...names: string[]): string {
  const path = pathOf(names);
  if (path) return path;
  throw new Error(`${names.join(' or ')} is not installed; \`npm start\` installs it or says how`);
}

/** The program of servers and sentinels of our own: Redis, or Valkey, which takes the same configuration and commands. */
export function redisProgram(): string {
  return process.env.STRONGROOM_REDIS_PROGRAM || findBinary('redis-server', 'valkey-server');
}

export function isInstalled(name: string): boolean {
  return pathOf([name]) !== undefined;
}

const pathOf = (names: string[]): string | undefined => {
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        continue;
      }
    }
  }
  return undefined;
};

/**
 * The variables that a server process needs from its starter's environment.
 * @param programs a folder of programs that it prefers to those of the system
 */
export function baseEnvironment(programs?: string): Record<string, string> {
  const path = process.env.PATH ?? '/usr/bin:/bin';
  return {
    PATH: programs === undefined ? path : `${programs}${delimiter}${path}`,
    HOME: process.env.HOME ?? '/',
    TZ: 'UTC',
    LANG: 'C.UTF-8',
  };
}
