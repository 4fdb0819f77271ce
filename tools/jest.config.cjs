const { statfsSync } = require('node:fs');
const path = require('node:path');
const { compilerOptions } = require('../tsconfig.base.json');

const root = path.resolve(__dirname, '..');

const moduleNameMapper = Object.fromEntries(
  Object.entries(compilerOptions.paths).map(([alias, [target]]) => [
    `^${alias.replace('*', '(.*)')}$`,
    path.join(root, target.replace('*', '$1')),
  ]),
);

// Databases and Redis sync each write before they answer: in memory, where there is room, tests do not wait for a disk. Set here, for
// jest hands its environment on to the workers.
const memory = '/dev/shm';
const ROOM = 4 * 2 ** 30;
const hasRoom = () => {
  try {
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize >= ROOM && process.availableMemory() >= 2 * ROOM;
  } catch {
    return false;
  }
};
if (!process.env.TMPDIR && hasRoom()) process.env.TMPDIR = memory;

// What somebody's shell has for their own cluster is not for those of the tests, which set what they need.
const forClusters =
  /^(OTEL_|STRONGROOM_(CONSOLE_|GATEWAY_URL|SMTP_|MAIL_FROM|OIDC_|CERTIFICATE_PREFIXES|CHECKPOINT_|ROTATION_EGRESS|NOTIFICATION_EGRESS))/;
for (const name of Object.keys(process.env)) if (forClusters.test(name)) delete process.env[name];

const shared = {
  rootDir: root,
  cacheDirectory: path.join(root, 'dist/jest-cache'),
  testEnvironment: '<rootDir>/tools/jest/one-realm-environment.cjs',
  runtime: '<rootDir>/tools/jest/shared-packages-runtime.cjs',
  moduleNameMapper,
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, useDefineForClassFields: false },
          target: 'es2022',
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
    // An ES module: node imports it as it is, jest cannot.
    'node_modules/(oauth4webapi|jose|age-encryption|@scure/base|@noble/[a-z-]+)/.+\\.js$': [
      '@swc/jest',
      { jsc: { target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!(oauth4webapi|jose|age-encryption|@scure/base|@noble/[a-z-]+)/)'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/\\.strongroom'],
};

// Suites with whole clusters: one at a time.
const onClusters = {
  ...shared,
  runner: '<rootDir>/tools/jest/serial-runner.cjs',
  setupFilesAfterEnv: ['<rootDir>/tools/jest/system-test.cjs'],
};
const onSharedCluster = {
  ...onClusters,
  globalSetup: '<rootDir>/tools/jest/start-cluster.cjs',
  globalTeardown: '<rootDir>/tools/jest/stop-cluster.cjs',
};

/** The levels of tests, and containers; each slower and wider than the one before: see docs/CONTRIBUTING.md. */
module.exports = {
  rootDir: root,
  // Tests wait as well as compute, and jest's own process has little to do: a worker for each core.
  maxWorkers: '100%',
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/{apps,libs,tools}/**/*.spec.ts'],
      setupFilesAfterEnv: ['<rootDir>/tools/jest/unit-test.cjs'],
    },
    {
      ...shared,
      displayName: 'integration',
      testMatch: ['<rootDir>/{apps,libs,tools}/**/*.int-spec.ts'],
      setupFilesAfterEnv: ['<rootDir>/tools/jest/integration-test.cjs'],
      globalSetup: '<rootDir>/tools/jest/start-servers.cjs',
      globalTeardown: '<rootDir>/tools/jest/stop-servers.cjs',
    },
    {
      ...onSharedCluster,
      displayName: 'system',
      testMatch: ['<rootDir>/apps/system-tests/src/*.sys-spec.ts'],
    },
    {
      ...onSharedCluster,
      displayName: 'browser',
      testMatch: ['<rootDir>/apps/system-tests/src/console/*.browser-spec.ts'],
    },
    // What compares how calls follow one another: nothing else may run beside it.
    {
      ...onSharedCluster,
      displayName: 'quiet',
      testMatch: ['<rootDir>/apps/system-tests/src/quiet/*.sys-spec.ts'],
    },
    // What stops, kills and sets up services has clusters of its own, so it runs beside the others.
    {
      ...onClusters,
      displayName: 'faults',
      testMatch: ['<rootDir>/apps/system-tests/src/faults/*.sys-spec.ts'],
    },
    // Needs a container engine: `npm run test:compose`, not `npm test`.
    { ...shared, displayName: 'compose', testMatch: ['<rootDir>/apps/system-tests/**/*.compose-spec.ts'] },
  ],
};
