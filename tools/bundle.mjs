// Bundles one app: `node tools/bundle.mjs apps/<name>` writes dist/apps/<name>/main.js.
// npm packages stay outside the bundle: TypeORM and friends load optional drivers by name at run time.
import { build } from 'esbuild';
import { join } from 'node:path';

const project = process.argv[2];
if (!project) {
  console.error('usage: node tools/bundle.mjs <project root>');
  process.exit(2);
}
await build({
  entryPoints: [join(project, 'src/main.ts')],
  outfile: join('dist', project, 'main.js'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  packages: 'external',
  sourcemap: 'linked',
  tsconfig: 'tsconfig.base.json',
  // `@strongroom/*` are path aliases, not packages.
  plugins: [
    {
      name: 'workspace-aliases',
      setup(pluginBuild) {
        pluginBuild.onResolve({ filter: /^@strongroom\// }, async (args) => {
          const { createRequire } = await import('node:module');
          const require = createRequire(import.meta.url);
          const { paths } = require('../tsconfig.base.json').compilerOptions;
          for (const [alias, [target]] of Object.entries(paths)) {
            const [head, tail] = alias.split('*');
            if (tail === undefined ? args.path === alias : args.path.startsWith(head)) {
              const file = target.replace('*', args.path.slice(head.length));
              return { path: join(process.cwd(), file.endsWith('.ts') ? file : `${file}.ts`) };
            }
          }
          return { errors: [{ text: `no alias for ${args.path}` }] };
        });
      },
    },
  ],
});
