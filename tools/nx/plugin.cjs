// A project has the targets that its files call for; what they have in common stands in `targetDefaults` of nx.json.
const { existsSync, readdirSync } = require('node:fs');
const { dirname, join } = require('node:path');

const targetsOf = (root, workspace) => {
  // Without what is generated: the targets, and with them all hashes, are the same before and after.
  const files = readdirSync(join(workspace, root), { recursive: true })
    .map(String)
    .filter((file) => !file.startsWith('src/generated/'));
  const has = (ending) => files.some((file) => file.endsWith(ending));
  if (!has('.ts')) return {};
  return {
    lint: { executor: './tools/nx:lint' },
    typecheck: { executor: './tools/nx:typecheck' },
    ...(has('.spec.ts') && { unit: { executor: './tools/nx:jest', options: { level: 'unit' } } }),
    ...(has('.int-spec.ts') && { integration: { executor: './tools/nx:jest', options: { level: 'integration' } } }),
    ...(existsSync(join(workspace, root, 'src/main.ts')) && {
      build: { executor: 'nx:run-commands', options: { command: `node tools/bundle.mjs ${root}` } },
    }),
    ...(existsSync(join(workspace, root, 'vite.config.mjs')) && {
      build: { executor: 'nx:run-commands', options: { command: `node tools/build-page.mjs ${root}` } },
    }),
  };
};

exports.name = 'strongroom';
exports.createNodesV2 = [
  '{apps/*,libs/*,tools}/project.json',
  (files, _options, { workspaceRoot }) =>
    files.map((file) => {
      const root = dirname(file);
      return [file, { projects: { [root]: { root, targets: targetsOf(root, workspaceRoot) } } }];
    }),
];
