// How the page is built. `tools/build-page.mjs` runs this, presses what comes out, and weighs it.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import presetMantine from 'postcss-preset-mantine';
import simpleVars from 'postcss-simple-vars';
import { defineConfig } from 'vite';

const workspace = resolve(import.meta.dirname, '../..');
const readJson = (file) => JSON.parse(readFileSync(resolve(workspace, file), 'utf8'));
const { paths } = readJson('tsconfig.base.json').compilerOptions;

/** `@strongroom/*` are path aliases of tsconfig.base.json, not packages. */
const alias = Object.entries(paths).map(([name, [target]]) => ({
  find: new RegExp(`^${name.replace('*', '(.*)')}$`),
  replacement: resolve(workspace, target.replace('*', '$1')),
}));

const breakpoints = { xs: '36em', sm: '48em', md: '62em', lg: '75em', xl: '88em' };

// The build of csv-parse for node needs its Buffer.
alias.push({ find: /^csv-parse\/sync$/, replacement: 'csv-parse/browser/esm/sync' });

/** A component without its styles would look broken only where nobody looks. */
const everyComponentHasStyles = {
  name: 'every-component-has-styles',
  generateBundle(_options, bundle) {
    const styles = readFileSync(resolve(import.meta.dirname, 'src/app/components.css'), 'utf8');
    for (const module of Object.values(bundle).flatMap((chunk) => Object.keys(chunk.modules ?? {}))) {
      const [, component] = /@mantine\/core\/.*\/(\w+)\.module\.mjs$/.exec(module) ?? [];
      if (component && !styles.includes(`/${component}.css'`)) this.error(`src/app/components.css: must import ${component}.css`);
    }
  },
};

export default defineConfig({
  root: import.meta.dirname,
  cacheDir: resolve(workspace, 'dist/vite-cache'),
  plugins: [react(), everyComponentHasStyles],
  resolve: { alias: [...alias, { find: '@grpc/grpc-js', replacement: resolve(import.meta.dirname, 'src/app/no-grpc.ts') }] },
  define: { __STRONGROOM_VERSION__: JSON.stringify(readJson('package.json').version) },
  css: {
    postcss: {
      plugins: [
        presetMantine(),
        simpleVars({
          variables: Object.fromEntries(
            Object.entries(breakpoints).map(([size, width]) => [`mantine-breakpoint-${size}`, width]),
          ),
        }),
      ],
    },
  },
  // The console's service puts a fresh nonce in this place each time it sends the page.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir: resolve(workspace, 'dist/apps/console-web'),
    emptyOutDir: true,
    target: 'es2023',
    // The policy allows no `data:` address.
    assetsInlineLimit: 0,
    manifest: 'manifest.json',
    reportCompressedSize: false,
    // Else a page that names an enumeration of a contract would carry all of its messages.
    rolldownOptions: { treeshake: { manualPureFunctions: ['makeGenericClientConstructor'] } },
    // `tools/build-page.mjs` weighs what matters.
    chunkSizeWarningLimit: 2_000,
  },
});
