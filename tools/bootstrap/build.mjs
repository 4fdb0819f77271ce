import { readdirSync, statSync, utimesSync } from 'node:fs';
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

/** Builds the command line if a source has changed; asking Nx for that would take longer than most commands do. */
export const buildCli = async () => {
  const program = resolve('dist/apps/cli/main.js');
  const builtAt = statSync(program, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (changedAt('apps/cli/src', 'libs', 'package-lock.json') > builtAt) {
    await nx(() => {}, 'run', 'cli:build');
    utimesSync(program, new Date(), new Date()); // Nx leaves a program alone that is already right.
  }
  return program;
};

const changedAt = (...paths) =>
  Math.max(
    ...paths.map((path) =>
      statSync(path).isDirectory()
        ? Math.max(0, ...readdirSync(path).map((entry) => changedAt(join(path, entry))))
        : statSync(path).mtimeMs,
    ),
  );

/** Generates the contracts, which all that is bundled imports. */
export const generate = () =>
  step('Generating the contracts', (detail) => nx(detail, 'run', 'contracts:generate', '--output-style=static'));

/** Bundles a TypeScript tool, as fast as hashing it would be. Resolves with the path of the program. */
export const bundleTool = async (entry) => {
  const { bundle } = await import('../bundling.mjs');
  return resolve(await bundle(entry, join('dist/tools', `${basename(entry, '.ts')}.js`)));
};

/** The same, loaded into this process. */
export const loadTool = async (entry) => createRequire(import.meta.url)(await bundleTool(entry));
