import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** What only a checkout has. */
const MARK = join('docker', 'docker-compose.yml');

/**
 * The checkout that this program belongs to, or that the working folder is in; undefined for a program that was installed as a
 * package.
 */
export const findCheckout = (from: readonly string[] = [process.argv[1] ?? '', process.cwd()]): string | undefined => {
  for (const start of from) {
    for (let folder = resolve(start); ; folder = dirname(folder)) {
      if (existsSync(join(folder, MARK)) && existsSync(join(folder, 'libs', 'local-cluster'))) return folder;
      if (folder === dirname(folder)) break;
    }
  }
  return undefined;
};
