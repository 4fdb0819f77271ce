// `npm run test:compose`: builds the images, brings the cluster of docker/docker-compose.yml up as a project of its own, calls,
// scales, kills, upgrades, backs up, destroys and restores it, and leaves nothing. Where the engine publishes ports at another
// address than 127.0.0.1, STRONGROOM_HOST says so.
import { spawnSync } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepareCluster } from './bootstrap/prepare.mjs';
import { Failure, run } from './bootstrap/terminal.mjs';

process.chdir(resolve(dirname(fileURLToPath(import.meta.url)), '..'));

try {
  await run('docker', ['compose', 'version']).catch((error) => {
    throw new Failure(`this needs Docker with Compose, and a running engine: ${error.message}`);
  });
  // The walkthrough and the system tests run on this machine.
  await prepareCluster();
  const { bundle } = await import('./bundling.mjs');
  await bundle('apps/system-tests/src/compose/load.main.ts', 'dist/tools/compose-load.js');
  const jest = ['--config', 'tools/jest.config.cjs', ...process.argv.slice(2), '--selectProjects', 'compose'];
  process.exitCode = spawnSync('node_modules/.bin/jest', jest, { stdio: 'inherit' }).status ?? 1;
} catch (error) {
  console.error(error instanceof Failure ? error.message : error);
  process.exitCode = 1;
}
