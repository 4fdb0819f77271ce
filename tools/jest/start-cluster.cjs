// jest's global setup of the system project: one cluster for the suites that do not break theirs. A cluster that
// STRONGROOM_SYSTEM_TEST_HOME names already, or that STRONGROOM_SYSTEM_TEST_ENVIRONMENT describes, is used as it is and left running.
const { rmSync } = require('node:fs');
const path = require('node:path');

const variable = 'STRONGROOM_SYSTEM_TEST_HOME';

module.exports = async () => {
  process.chdir(path.resolve(__dirname, '../..'));
  if (process.env[variable] || process.env.STRONGROOM_SYSTEM_TEST_ENVIRONMENT) return;
  const { bundle } = await import('../bundling.mjs');
  const file = path.resolve(await bundle('libs/testing/src/test-cluster.ts', `dist/tools/test-cluster-${process.pid}.js`));
  try {
    const { cluster, drop } = await require(file).startTestCluster();
    process.env[variable] = cluster.home;
    globalThis.stopTestCluster = drop;
  } finally {
    rmSync(file, { force: true });
    rmSync(`${file}.map`, { force: true });
  }
};
