// Makes the npm package of libs/client, as strangers install it: one module with all of ours in it, its types, and only the
// packages that it needs when it runs.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { workspaceAliases } from '../bundling.mjs';

const ENTRY = 'libs/client/src/index.ts';
const NAME = '@strongroom/client';
const FILES = ['index.cjs', 'index.mjs', 'index.d.cts', 'index.d.mts', 'README.md', 'LICENSE'];

/** No module of ours does anything when it is loaded, so what the client does not use stays outside, with the packages of it. */
const withoutSideEffects = {
  name: 'without-side-effects',
  setup(pluginBuild) {
    const asked = Symbol('asked');
    pluginBuild.onResolve({ filter: /./ }, async ({ path, importer, namespace, resolveDir, kind, pluginData }) => {
      if (pluginData === asked) return undefined;
      const found = await pluginBuild.resolve(path, { importer, namespace, resolveDir, kind, pluginData: asked });
      return { ...found, sideEffects: false };
    });
  },
};

const options = {
  entryPoints: [ENTRY],
  bundle: true,
  platform: 'node',
  target: 'node20',
  packages: 'external',
  legalComments: 'none',
  tsconfig: 'tsconfig.base.json',
  plugins: [withoutSideEffects, workspaceAliases],
  metafile: true,
  logLevel: 'warning',
};

/** Writes the module. Returns the packages that it needs. */
const bundleModule = async (file) => {
  const { metafile } = await build({ ...options, outfile: file, format: 'cjs' });
  const [{ imports }] = Object.values(metafile.outputs);
  const packageOf = (path) =>
    path
      .split('/')
      .slice(0, path.startsWith('@') ? 2 : 1)
      .join('/');
  return [...new Set(imports.filter(({ path }) => !isBuiltin(path)).map(({ path }) => packageOf(path)))].sort();
};

/** What the module exports. */
const namesOfExports = async () => {
  const { metafile } = await build({ ...options, outfile: 'index.mjs', format: 'esm', write: false });
  const [{ exports: names }] = Object.values(metafile.outputs);
  return names.sort();
};

/** One implementation for both kinds of modules: an error that one of them throws is of the class that the other knows. */
const esModuleOf = (names) => `import client from './index.cjs';\n\nexport const { ${names.join(', ')} } = client;\n`;

/**
 * The types of the client and of all that they name, in one text. The bundler exports a type as a value, too, if there is a value
 * with its name.
 */
const bundleTypes = async (values) => {
  const { compilerOptions } = JSON.parse(readFileSync('tsconfig.base.json', 'utf8'));
  const { paths } = compilerOptions;
  const bundle = await rollup({
    input: ENTRY,
    external: (id) => isBuiltin(id),
    plugins: [dts({ tsconfig: 'tsconfig.base.json', compilerOptions: { paths, noEmit: false, types: ['node'] } })],
    onwarn(warning) {
      throw new Error(`the types of ${NAME}: ${warning.message}`);
    },
  });
  const { output } = await bundle.generate({ format: 'es' });
  await bundle.close();
  return output[0].code.replace(/^export \{ (.*) \};$/m, (_, exported) => {
    const types = exported.split(', ').filter((name) => !values.includes(name));
    return [`export { ${values.join(', ')} };`, ...(types.length ? [`export type { ${types.join(', ')} };`] : [])].join('\n');
  });
};

const manifestOf = (dependencies) => {
  const { version, license, engines, dependencies: ours } = JSON.parse(readFileSync('package.json', 'utf8'));
  return {
    name: NAME,
    version,
    description: 'The client of Strongroom, a secrets manager that a team runs itself',
    keywords: ['secrets', 'secrets-manager', 'kms', 'encryption', 'strongroom'],
    license,
    engines,
    // Otherwise node looks into a file to find out.
    type: 'commonjs',
    sideEffects: false,
    main: './index.cjs',
    types: './index.d.cts',
    exports: {
      '.': {
        import: { types: './index.d.mts', default: './index.mjs' },
        require: { types: './index.d.cts', default: './index.cjs' },
      },
      './package.json': './package.json',
    },
    files: FILES.filter((file) => /^index/.test(file)),
    dependencies: Object.fromEntries(dependencies.map((name) => [name, `^${ours[name]}`])),
  };
};

/**
 * Resolves with the path of the package.
 *
 * @param destination the folder for it
 */
export const packageClient = async (destination) => {
  const folder = resolve(destination, 'client');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const names = await namesOfExports();
  const [dependencies, types] = await Promise.all([bundleModule(join(folder, 'index.cjs')), bundleTypes(names)]);
  writeFileSync(join(folder, 'index.mjs'), esModuleOf(names));
  for (const file of ['index.d.cts', 'index.d.mts']) writeFileSync(join(folder, file), types);
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifestOf(dependencies), null, 2)}\n`);
  copyFileSync('tools/package/README.md', join(folder, 'README.md'));
  copyFileSync('LICENSE', join(folder, 'LICENSE'));
  const args = ['pack', folder, '--pack-destination', resolve(destination), '--json', '--ignore-scripts', '--offline'];
  const [{ filename }] = JSON.parse(execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
  return join(resolve(destination), filename);
};
