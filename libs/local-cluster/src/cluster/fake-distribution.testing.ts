import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { programNames } from './services';

/** Makes a distribution whose programs all are `fixtures/fake-service.cjs`. Returns its path. */
export const makeFakeDistribution = (directory: string): string => {
  const distribution = join(directory, 'dist');
  symlinkSync(resolve('node_modules'), join(directory, 'node_modules'));
  for (const service of programNames) {
    mkdirSync(join(distribution, 'apps', service), { recursive: true });
    cpSync('libs/local-cluster/fixtures/fake-service.cjs', join(distribution, 'apps', service, 'main.js'));
  }
  return distribution;
};
