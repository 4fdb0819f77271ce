const { camelCase, edit, format, requireNewName, writeTemplates } = require('./workspace.cjs');

/** `npx nx g ./tools/nx:lib <name>` */
module.exports = async (tree, { name, scope, description }) => {
  requireNewName(tree, name);
  writeTemplates(tree, 'lib', { name, scope, description, function: camelCase(name) });
  edit(
    tree,
    'tsconfig.base.json',
    /^ *"@strongroom\/contracts\/\*"/m,
    (alias) => `      "@strongroom/${name}": ["./libs/${name}/src/index.ts"],\n${alias}`,
  );
  // The pure ones are those down to `envelope`.
  const row = `| \`${name}\` | ${description} |\n`;
  const architecture = 'docs/ARCHITECTURE.md';
  if (scope === 'pure') edit(tree, architecture, /^\| `envelope` /m, (next) => row + next);
  else edit(tree, architecture, /^\| `local-cluster` /m, (next) => row + next);
  format(tree);
};
