// From a bare clone to built services: what every command that runs something needs first.
import { installDataServices, installTestPrograms } from './data-services.mjs';
import { requireNode } from './node-version.mjs';
import { installPackages } from './packages.mjs';

/** Checks Node, installs npm packages, and generates the contracts; nothing is done twice. */
export const preparePackages = async () => {
  requireNode();
  await installPackages();
  const { generate } = await import('./build.mjs');
  await generate();
};

/** Checks Node, installs npm packages, and builds; nothing is done twice. */
export const prepareBuild = async () => {
  requireNode();
  await installPackages();
  const { build } = await import('./build.mjs');
  await build();
};

/**
 * The same, and MariaDB and Redis are there, and Galera for a cluster that is to be highly available. Side by side: each leaves a
 * core to the other.
 */
export const prepareCluster = async ({ highAvailability = false } = {}) => {
  requireNode();
  await Promise.all([installDataServices({ highAvailability }), prepareBuild()]);
};

/** The same, and there is what the tests alone need. */
export const prepareTests = async () => {
  requireNode();
  await Promise.all([installDataServices().then(installTestPrograms), prepareBuild()]);
};

/** The command line, built when its sources have changed. Resolves with its program; says something only where it takes long or fails. */
export const prepareCli = async () => {
  requireNode();
  await installPackages();
  const { buildCli } = await import('./build.mjs');
  return buildCli();
};
