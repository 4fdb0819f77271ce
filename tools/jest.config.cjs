const path = require('node:path');
const { compilerOptions } = require('../tsconfig.base.json');

const root = path.resolve(__dirname, '..');

const moduleNameMapper = Object.fromEntries(
  Object.entries(compilerOptions.paths).map(([alias, [target]]) => [
    `^${alias.replace('*', '(.*)')}$`,
    path.join(root, target.replace('*', '$1')),
  ]),
);

const shared = {
  rootDir: root,
  testEnvironment: 'node',
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
    'node_modules/(oauth4webapi|jose|@noble/[a-z]+)/.+\\.js$': [
      '@swc/jest',
      { jsc: { target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!(oauth4webapi|jose|@noble/[a-z]+)/)'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/\\.strongroom'],
};

/** Three levels, and containers; each slower and wider than the one before: see docs/CONTRIBUTING.md. */
module.exports = {
  rootDir: root,
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
      testMatch: ['<rootDir>/{apps,libs}/**/*.int-spec.ts'],
      setupFilesAfterEnv: ['<rootDir>/tools/jest/integration-test.cjs'],
      globalSetup: '<rootDir>/tools/jest/start-servers.cjs',
      globalTeardown: '<rootDir>/tools/jest/stop-servers.cjs',
    },
    {
      ...shared,
      displayName: 'system',
      testMatch: ['<rootDir>/apps/system-tests/**/*.sys-spec.ts'],
      runner: '<rootDir>/tools/jest/serial-runner.cjs',
      setupFilesAfterEnv: ['<rootDir>/tools/jest/system-test.cjs'],
      globalSetup: '<rootDir>/tools/jest/start-cluster.cjs',
      globalTeardown: '<rootDir>/tools/jest/stop-cluster.cjs',
    },
    // Needs a container engine: `npm run test:compose`, not `npm test`.
    { ...shared, displayName: 'compose', testMatch: ['<rootDir>/apps/system-tests/**/*.compose-spec.ts'] },
  ],
};
