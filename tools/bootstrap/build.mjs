import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { run, step } from './terminal.mjs';

const nx = (detail, ...args) =>
  run('node_modules/.bin/nx', args, {
    detail,
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', FORCE_COLOR: '0' },
  });

/** Builds every app that has changed: Nx keeps what it has built. */
export const build = () =>
  step('Building the services', (detail) => nx(detail, 'run-many', '-t', 'build', '--output-style=static'));

/** Bundles a TypeScript tool, as fast as hashing it would be. Resolves with the path of the program. */
export const bundleTool = async (entry) => {
  const { bundle } = await import('../bundling.mjs');
  return resolve(await bundle(entry, join('dist/tools', `${basename(entry, '.ts')}.js`)));
};

/** The same, loaded into this process. */
export const loadTool = async (entry) => createRequire(import.meta.url)(await bundleTool(entry));
