import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** Which npm packages and node modules only some folders may import, and why they may. */
const reserved = [
  {
    packages: ['typeorm', 'mysql2', 'mysql2/promise'],
    only: ['libs/database', 'apps/*/src/persistence', 'libs/rotation-functions/src/mysql', 'libs/local-cluster', 'libs/testing'],
  },
  { packages: ['pg'], only: ['libs/rotation-functions/src/postgres', 'libs/local-cluster', 'libs/testing'] },
  {
    packages: ['bullmq', 'ioredis'],
    only: [
      'libs/jobs',
      'libs/audit-trail',
      'apps/*/src/workers',
      'apps/*/src/journal',
      'libs/rotation-functions/src/redis',
      'libs/local-cluster',
      'libs/testing',
    ],
  },
  {
    packages: ['@grpc/grpc-js'],
    only: ['libs/grpc-kit', 'libs/contracts', 'libs/local-cluster'],
  },
  {
    packages: ['node:crypto', 'crypto'],
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
      'apps/*/src/domain/hashing',
      // Ids of versions and the checksum of an export.
      'apps/cli/src/transfer/hashing',
      // These read certificates.
      'libs/egress',
      'libs/telemetry/src/certificates',
      'apps/cli/src/commands/cluster/certificates',
      // What servers keep of passwords, computed here so that the password itself stays out of their logs.
      'libs/rotation-functions/src/mysql',
      'libs/rotation-functions/src/postgres',
      'apps/aws-gateway/src/signature/hashing',
    ],
  },
];

const inside = (folders) => folders.map((folder) => `${folder}/**/*.ts`);
const restrict = (packages) => [
  'error',
  { paths: packages.map((name) => ({ name, message: 'see `reserved` in eslint.config.mjs' })) },
];

// Every file gets the bans that its folder is not excused from; later entries replace earlier ones, so each
// combination of excuses that occurs is spelled out.
const bans = [
  {
    files: ['**/*.{ts,tsx}'],
    ignores: ['**/*.{spec,int-spec,sys-spec}.ts', 'apps/system-tests/**', 'tools/**'],
    packages: reserved.flatMap((r) => r.packages),
  },
  ...[...new Set(reserved.flatMap((r) => r.only))].map((folder) => ({
    files: inside([folder]),
    ignores: ['**/*.{spec,int-spec,sys-spec}.ts'],
    packages: reserved.filter((r) => !r.only.includes(folder)).flatMap((r) => r.packages),
  })),
];

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'node_modules/**',
      '.strongroom*/**',
      '.nx/**',
      'libs/contracts/src/generated/**',
      // Not clean yet: 180 findings, most of them about how types are imported.
      'apps/console/**',
      'apps/console-web/**',
      '**/*.cjs',
      '**/*.mjs',
    ],
  },
  ...tseslint.configs.recommendedTypeChecked,
  { languageOptions: { parserOptions: { project: './tsconfig.base.json', tsconfigRootDir: import.meta.dirname } } },
  { files: ['apps/console-web/**'], languageOptions: { parserOptions: { project: 'apps/console-web/tsconfig.json' } } },
  { plugins: { '@nx': nx } },
  {
    files: ['**/*.{ts,tsx}'],
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: [],
          // The rest of the library is loaded where it is needed; this part loads nothing.
          checkDynamicDependenciesExceptions: ['@strongroom/local-cluster/layout'],
          depConstraints: [
            { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['type:lib'] },
            { sourceTag: 'scope:pure', onlyDependOnLibsWithTags: ['scope:pure'] },
            { sourceTag: 'scope:page', onlyDependOnLibsWithTags: ['scope:pure', 'for:page'] },
            { sourceTag: 'scope:infrastructure', onlyDependOnLibsWithTags: ['scope:pure', 'scope:infrastructure'] },
          ],
        },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // What was caught is unknown, and rejects as it is.
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true, allowThrowingAny: true }],
      // What implements a port is async although it waits for nothing: what it throws must reject, as with the others.
      '@typescript-eslint/require-await': 'off',
      // With `verbatimModuleSyntax` an import of nothing but types that says so name by name still loads the module.
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      'no-console': 'error',
      // Prettier wraps code; comments are for us to wrap.
      'max-len': [
        'error',
        { code: 130, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true },
      ],
    },
  },
  ...bans.map(({ files, ignores, packages }) => ({
    files,
    ignores,
    rules: packages.length ? { 'no-restricted-imports': restrict(packages) } : { 'no-restricted-imports': 'off' },
  })),
  {
    files: ['apps/console-web/**/*.{ts,tsx}'],
    rules: {
      // The types of node are there for what types of others mention; a browser has none of it.
      'no-restricted-globals': ['error', 'Buffer', 'process', 'global', 'require', 'setImmediate'],
      // What a handler of an event starts, nobody waits for; React gets what it rejects with by `useAction`.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    },
  },
  {
    files: ['apps/system-tests/src/**/cli-*.sys-spec.ts'],
    // They run the command line in their own process.
    rules: { '@nx/enforce-module-boundaries': 'off' },
  },
  {
    files: ['tools/**/*.ts'],
    // Tools look into everything, services too; nothing imports them.
    rules: { '@nx/enforce-module-boundaries': 'off' },
  },
  {
    files: [
      '**/*.{spec,int-spec,sys-spec,browser-spec}.ts',
      'tools/**/*.ts',
      'apps/system-tests/**/*.ts',
      'libs/local-cluster/**/*.ts',
    ],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.{spec,int-spec,sys-spec,browser-spec,compose-spec}.ts'],
    // Jest's matchers, such as `expect.stringContaining`, are of type any.
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off', '@typescript-eslint/no-unsafe-argument': 'off' },
  },
);
