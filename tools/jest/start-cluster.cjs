// jest's global setup of the system project: one cluster for the suites that do not break theirs. A cluster that
// STRONGROOM_SYSTEM_TEST_HOME names already, or that STRONGROOM_SYSTEM_TEST_ENVIRONMENT describes, is used as it is and left
// running.
const { rmSync } = require('node:fs');
const path = require('node:path');

const net = require('node:net');

const issuers = 'STRONGROOM_OIDC_ISSUERS';
const variable = 'STRONGROOM_SYSTEM_TEST_HOME';

module.exports = async () => {
  process.chdir(path.resolve(__dirname, '../..'));
  if (process.env[variable] || process.env.STRONGROOM_SYSTEM_TEST_ENVIRONMENT) return;
  const { bundle } = await import('../bundling.mjs');
  const file = path.resolve(await bundle('libs/testing/src/test-cluster.ts', `dist/tools/test-cluster-${process.pid}.js`));
  // Where the tests have an OpenID Connect provider that the cluster believes.
  process.env[issuers] ||= `http://localhost:${await freePort()}`;
  try {
    const { cluster, drop } = await require(file).startTestCluster();
    process.env[variable] = cluster.home;
    globalThis.stopTestCluster = drop;
  } finally {
    rmSync(file, { force: true });
    rmSync(`${file}.map`, { force: true });
  }
};

/** Of the loopback interface, between those that clusters take and those that systems hand out by themselves. */
async function freePort() {
  for (;;) {
    const port = 32_000 + Math.floor(Math.random() * 700);
    const probe = net.createServer();
    const free = await new Promise((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
    });
    if (free) return port;
  }
}
