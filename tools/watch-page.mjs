import { join } from 'node:path';
import { build } from 'vite';

/**
 * Builds a page into `output` now and whenever a source changes, as it can be debugged, and calls `onBuilt` each time with whether
 * it worked. Resolves with what can be disposed of once it stands, or has failed, for the first time.
 */
export const watchPage = async (project, output, onBuilt) => {
  process.env.NODE_ENV = 'development';
  const watcher = await build({
    configFile: join(project, 'vite.config.mjs'),
    mode: 'development',
    logLevel: 'warn',
    build: { outDir: output, minify: false, sourcemap: 'inline', watch: {} },
  });
  await new Promise((isFirst) => {
    watcher.on('event', ({ code, error }) => {
      if (code !== 'END' && code !== 'ERROR') return;
      if (error) console.error(error.message);
      onBuilt(code === 'END');
      isFirst();
    });
  });
  return { dispose: () => watcher.close() };
};
