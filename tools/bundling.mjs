// How TypeScript becomes something that node runs: one file an entry point, npm packages outside of it
// (TypeORM and friends load optional drivers by name at run time).
import { build, context } from 'esbuild';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const { paths } = JSON.parse(readFileSync('tsconfig.base.json', 'utf8')).compilerOptions;
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

/** `@strongroom/*` are path aliases of tsconfig.base.json, not packages. */
export const workspaceAliases = {
  name: 'workspace-aliases',
  setup(pluginBuild) {
    pluginBuild.onResolve({ filter: /^@strongroom\// }, (args) => {
      for (const [alias, [target]] of Object.entries(paths)) {
        const [head, tail] = alias.split('*');
        if (tail === undefined ? args.path === alias : args.path.startsWith(head)) {
          const file = target.replace('*', args.path.slice(head.length));
          return { path: resolve(file.endsWith('.ts') ? file : `${file}.ts`) };
        }
      }
      return { errors: [{ text: `no alias for ${args.path}` }] };
    });
  },
};

/**
 * Runs before the packages are loaded. Node reads the maps of all modules that it loads while source maps are on; only ours are
 * worth the memory: those of the packages take 25 MB and an eighth of a second in each service. And what is loaded makes V8's
 * young generation grow to a size that only a program under load needs, which is 30 MB in each service that is at rest.
 */
const beforeLoading = `"use strict";
const withSourceMaps = process.sourceMapsEnabled;
process.setSourceMapsEnabled(false);
const setGrowthOfYoungGeneration = (factor) => require('node:v8').setFlagsFromString('--semi-space-growth-factor=' + factor);
setGrowthOfYoungGeneration(1);`;
const afterLoading = `process.setSourceMapsEnabled(withSourceMaps);
setTimeout(setGrowthOfYoungGeneration, 10_000, 2).unref();`;
/**
 * The same for a service, which loads the greater part of itself once it knows that it is to serve. And while those that it calls
 * start as well, calls fail: the stack of the first error would cost the reading of its own map, a twentieth of its start. Until
 * then, stacks name lines of the bundle.
 */
const afterStart = `setTimeout(() => {
  process.setSourceMapsEnabled(withSourceMaps);
  setGrowthOfYoungGeneration(2);
}, 10_000).unref();`;

const optionsFor = (entry, outfile) => ({
  entryPoints: [entry],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  packages: 'external',
  sourcemap: 'linked',
  sourcesContent: false,
  banner: { js: beforeLoading },
  footer: { js: afterLoading },
  define: { __STRONGROOM_VERSION__: JSON.stringify(version) },
  tsconfig: 'tsconfig.base.json',
  plugins: [workspaceAliases],
  logLevel: 'warning',
});

/** Bundles `entry` into `outfile` and returns the latter. */
export const bundle = async (entry, outfile) => {
  await build(optionsFor(entry, outfile));
  return outfile;
};

/** Does so now and whenever a source changes, and calls `onBuilt` each time with whether it worked. Resolves with what can be disposed of. */
export const watchBundle = async (entry, outfile, onBuilt) => {
  const options = optionsFor(entry, outfile);
  const teller = { name: 'teller', setup: (build) => build.onEnd(({ errors }) => onBuilt(errors.length === 0)) };
  const watching = await context({ ...options, plugins: [...options.plugins, teller] });
  await watching.watch();
  return watching;
};

/**
 * Programs that leave the checkout, and therefore carry their packages: all but those with machine code, which they do without. A
 * package's ES modules are preferred, since UMD modules look for their parts in a way that a bundler cannot follow.
 */
const standalone = {
  'apps/cli': {
    packages: 'bundle',
    // After the first, what only `cluster …` needs, which needs a checkout anyway.
    external: ['@napi-rs/keyring', 'mysql2', 'ioredis', '@peculiar/x509', 'reflect-metadata'],
    mainFields: ['module', 'main'],
  },
  'apps/agent': { packages: 'bundle', mainFields: ['module', 'main'] },
  'apps/strongroom-verify': { packages: 'bundle' },
};

/** Programs that run beside the packages of their checkout or image. */
const service = {
  footer: { js: afterStart },
  // What is imported late is required late: node's loader of ES modules reads a package twice, to know its exports before it runs.
  supported: { 'dynamic-import': false },
};

/** Bundles one app: apps/<name>/src/main.ts becomes dist/apps/<name>/main.js. */
export const bundleApp = async (project) => {
  const options = optionsFor(join(project, 'src/main.ts'), join('dist', project, 'main.js'));
  await build({ ...options, ...(standalone[project] ?? service) });
};
