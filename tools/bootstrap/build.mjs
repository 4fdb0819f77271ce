import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { run, step } from './terminal.mjs';

const stamp = 'dist/.built-from';
const sources = ['apps', 'libs', 'proto', 'tools', 'package-lock.json', 'tsconfig.base.json', 'nx.json'];
const isTest = /\.(spec|int-spec|sys-spec|testing)\.ts$/;

const digestOfSources = () => {
  const hash = createHash('sha256');
  const add = (path, entry) => {
    if (entry?.isDirectory()) {
      if (entry.name === 'node_modules' || entry.name === 'generated') return;
      const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
      for (const child of entries) add(join(path, child.name), child);
    } else if (!isTest.test(path)) {
      hash.update(path).update('\0').update(readFileSync(path)).update('\0');
    }
  };
  for (const source of sources) {
    if (source.includes('.')) add(source);
    else add(source, { name: source, isDirectory: () => true });
  }
  return hash.digest('hex');
};

const outputs = () => [
  'libs/contracts/src/generated/descriptor-set.ts',
  ...readdirSync('apps')
    .filter((app) => existsSync(join('apps', app, 'src/main.ts')))
    .map((app) => join('dist/apps', app, 'main.js')),
];

const nx = (detail, ...args) =>
  run('node_modules/.bin/nx', args, {
    detail,
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', FORCE_COLOR: '0' },
  });

/**
 * Builds every app by Nx. When no source has changed since the last time, not even Nx is asked: starting it takes longer than
 * all of a warm start may.
 */
export const build = async () => {
  const digest = digestOfSources();
  const unchanged = existsSync(stamp) && readFileSync(stamp, 'utf8') === digest;
  if (unchanged && outputs().every(existsSync)) return;
  await step('Building the services', (detail) => nx(detail, 'run-many', '-t', 'build', '--output-style=static'));
  mkdirSync('dist', { recursive: true });
  writeFileSync(stamp, digest);
};

/** Generates the contracts alone: what lint, types and unit tests need. */
export const generateContracts = () => step('Generating the contracts', (detail) => nx(detail, 'run', 'contracts:generate'));

/** Bundles a TypeScript tool, as fast as hashing it would be. Resolves with the path of the program. */
export const bundleTool = async (entry) => {
  const { bundle } = await import('../bundling.mjs');
  return resolve(await bundle(entry, join('dist/tools', `${basename(entry, '.ts')}.js`)));
};

/** The same, loaded into this process. */
export const loadTool = async (entry) => createRequire(import.meta.url)(await bundleTool(entry));
