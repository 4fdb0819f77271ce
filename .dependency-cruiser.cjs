// What may import what: no cycles, the layers of a service, the boundaries between projects by their tags, and which folders may use
// which packages.
const { existsSync, readdirSync } = require('node:fs');
const { join } = require('node:path');

const layers = 'persistence|clients|handlers|workers';
const tests = '\\.(spec|int-spec|sys-spec|testing)\\.ts$';

const projects = ['apps', 'libs'].flatMap((folder) =>
  readdirSync(join(__dirname, folder))
    .map((name) => join(folder, name))
    .filter((root) => existsSync(join(__dirname, root, 'project.json')))
    .map((root) => ({ root, tags: require(join(__dirname, root, 'project.json')).tags })),
);
const taggedWith = (...tags) =>
  `^(${projects
    .filter((project) => tags.some((tag) => project.tags.includes(tag)))
    .map(({ root }) => root)
    .join('|')})/`;

/** Suites of the command line run it in their own process. */
const project = { path: '^((?:apps|libs)/[^/]+)/', pathNot: '^apps/system-tests/src/.*cli-[^/]*\\.sys-spec\\.ts$' };

/** Which libraries a project may import, by its tag. */
const boundaries = [
  { from: 'scope:pure', to: ['scope:pure'] },
  { from: 'scope:page', to: ['scope:pure', 'for:page'] },
  { from: 'scope:infrastructure', to: ['scope:pure', 'scope:infrastructure'] },
].map(({ from, to }) => ({
  name: `${from.replace(':', '-')}-boundary`,
  comment: `What is tagged ${from} imports nothing but what is tagged ${to.join(' or ')}.`,
  severity: 'error',
  from: { path: taggedWith(from) },
  to: { path: '^libs/', pathNot: taggedWith(...to) },
}));

/** Which npm packages and node modules only some folders may import, and why they may. */
const reserved = [
  {
    packages: ['typeorm', 'mysql2'],
    only: [
      'libs/database',
      'apps/[^/]+/src/persistence',
      'libs/rotation-functions/src/mysql',
      'libs/local-cluster',
      'libs/testing',
    ],
  },
  { packages: ['pg'], only: ['libs/rotation-functions/src/postgres', 'libs/local-cluster', 'libs/testing'] },
  {
    packages: ['bullmq', 'ioredis'],
    only: [
      'libs/redis',
      'libs/jobs',
      'libs/audit-trail',
      'apps/[^/]+/src/workers',
      'apps/[^/]+/src/journal',
      'apps/console/src/sessions',
      'libs/rotation-functions/src/redis',
      'libs/local-cluster',
      'libs/testing',
    ],
  },
  { packages: ['@grpc/grpc-js'], only: ['libs/grpc-kit', 'libs/contracts', 'libs/local-cluster'] },
  {
    packages: ['crypto'],
    only: [
      'libs/envelope',
      'libs/key-algorithms',
      'libs/key-import',
      // The checksums of shares.
      'libs/root-keys',
      'libs/random',
      // Hashes of the tree, and signatures of checkpoints.
      'libs/merkle',
      'libs/audit-trail',
      'libs/access',
      'libs/local-cluster',
      'libs/testing',
      'libs/grpc-kit',
      'apps/[^/]+/src/domain/hashing',
      // Ids of versions and the checksum of an export.
      'apps/cli/src/transfer/hashing',
      // These read certificates.
      'libs/config',
      'libs/egress',
      'libs/telemetry/src/certificates',
      'apps/cli/src/commands/cluster/certificates',
      // What servers keep of passwords, computed here so that the password itself stays out of their logs.
      'libs/rotation-functions/src/mysql',
      'libs/rotation-functions/src/postgres',
      'libs/rotation-functions/src/redshift',
      'apps/aws-gateway/src/signature/hashing',
    ],
  },
].map(({ packages, only }) => ({
  name: `${packages[0]}-is-reserved`,
  comment: 'See `reserved` in .dependency-cruiser.cjs.',
  severity: 'error',
  from: { path: '^(apps|libs)/', pathNot: `${tests}|^apps/system-tests/|^(${only.join('|')})/` },
  to: { path: `^(node_modules/)?(${packages.join('|')})(/|$)` },
}));

module.exports = {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'Modules that need each other have a third in them.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-cycle-of-projects',
      comment: 'Projects that need each other are one, or have a third in them.',
      severity: 'error',
      scope: 'folder',
      from: { path: '^(apps|libs)/[^/]+/src$' },
      to: { circular: true, path: '^(apps|libs)/[^/]+/src$' },
    },
    {
      name: 'domain-stands-alone',
      comment: 'Rules know ports, not what stands behind them.',
      severity: 'error',
      from: { path: '^(apps/[^/]+)/src/domain/', pathNot: tests },
      to: { path: `^$1/src/(${layers})/` },
    },
    {
      name: 'handlers-ask-the-domain',
      comment: 'A handler turns messages into calls of the domain; it does not know where data is or who else is asked.',
      severity: 'error',
      from: { path: '^(apps/[^/]+)/src/handlers/', pathNot: tests },
      to: { path: '^$1/src/(persistence|clients|workers)/' },
    },
    {
      name: 'apps-stand-alone',
      comment: 'Apps meet by contracts. Tools look into everything.',
      severity: 'error',
      from: project,
      to: { path: '^apps/', pathNot: '^$1/' },
    },
    {
      name: 'projects-by-name',
      comment: 'Another project is imported by its name, not by a path into it.',
      severity: 'error',
      from: project,
      to: { path: '^(apps|libs)/', pathNot: '^$1/', dependencyTypesNot: ['aliased'] },
    },
    ...boundaries,
    ...reserved,
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    // Imports of types too.
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'libs/contracts/src/generated' },
  },
};
