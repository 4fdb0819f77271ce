const { relative } = require('node:path');
const { ESLint } = require('eslint');
const { ownerOf, together } = require('./together.cjs');

module.exports = together(async (projects) => {
  const eslint = new ESLint({ errorOnUnmatchedPattern: false });
  const results = await eslint.lintFiles(projects.map(({ root }) => root));
  const found = await (await eslint.loadFormatter('stylish')).format(results);
  if (found) console.log(found);
  const counts = new Map(projects.map(({ name }) => [name, { passed: 0, failed: 0, skipped: 0 }]));
  for (const { filePath, errorCount, warningCount } of results) {
    const owner = ownerOf(projects, relative(process.cwd(), filePath));
    if (errorCount + warningCount > 0) counts.get(owner.name).failed = 1;
  }
  return counts;
});
