import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Program } from '@strongroom/local-cluster';
import { LATER_VERSION } from './later-migrations';

/** The service of which there are later versions. */
export const LATER_SERVICE = 'secrets-api';

/** What `bundleTool` makes of the entry of the same name. */
const BUNDLE = 'dist/tools/later-secrets-api.js';

let versions = 0;

/** A version of secrets-api that brings a migration more than the one that this function returned last. */
export function laterVersion(): Program {
  const version = ++versions;
  const file = resolve(`dist/tools/later-secrets-api-${version}.js`);
  // A cluster knows by its text whether a program brings migrations that it has not run yet.
  writeFileSync(file, `${readFileSync(BUNDLE, 'utf8')}\n// Version ${version}\n`);
  return { file, nodeArguments: [], environment: { [LATER_VERSION]: `${version}` } };
}
