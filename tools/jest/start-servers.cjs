// jest's global setup of the integration project: one MariaDB and one Redis a run.
// jest resolves no path aliases here, so the TypeScript comes as a bundle, one a process: runs do not wait for each other.
const { rmSync } = require('node:fs');
const path = require('node:path');

module.exports = async () => {
  process.chdir(path.resolve(__dirname, '../..'));
  const { bundle } = await import('../bundling.mjs');
  const file = path.resolve(await bundle('libs/testing/src/shared-servers.ts', `dist/tools/test-servers-${process.pid}.js`));
  try {
    globalThis.stopTestServers = await require(file).startSharedServers();
  } finally {
    rmSync(file, { force: true });
    rmSync(`${file}.map`, { force: true });
  }
};
