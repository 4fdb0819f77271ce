// Executors whose tool takes many projects at once: the linter and the compiler read all sources whatever they are asked, and jest starts
// its servers once a run. Nx hashes and caches each project by itself, and hands those that changed to one call.
const { mkdirSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

/**
 * Makes both forms of an executor from `check(projects, context)`. `projects` are `{ name, root, options }`; `check` resolves with a
 * Map from a project's name to `{ passed, failed, skipped }`. The counts are kept in `dist/test-results/<target>/<project>.json`, as
 * an output of the task, so that a result from the cache counts too.
 */
exports.together = (check) => {
  const run = async (tasks, optionsOf, context) => {
    process.chdir(context.root);
    const projects = tasks.map(({ id, target }) => ({
      name: target.project,
      root: context.projectsConfigurations.projects[target.project].root,
      options: optionsOf(id),
      target: target.target,
      id,
    }));
    const startTime = Date.now();
    const counts = await check(projects);
    const endTime = Date.now();
    return Object.fromEntries(
      projects.map(({ id, name, target }) => {
        const count = counts.get(name) ?? { passed: 0, failed: 1, skipped: 0 };
        const file = join('dist/test-results', target, `${name}.json`);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, `${JSON.stringify(count)}\n`);
        return [id, { success: count.failed === 0, terminalOutput: '', startTime, endTime }];
      }),
    );
  };
  return {
    batch: (graph, options, _overrides, context) => run(Object.values(graph.tasks), (id) => options[id], context),
    one: async (options, context) => {
      const target = { project: context.projectName, target: context.targetName };
      const results = await run([{ id: 'one', target }], () => options, context);
      return results.one;
    },
  };
};

/** The project whose folder holds a file; both by paths from the workspace's root. */
exports.ownerOf = (projects, file) => projects.find(({ root }) => file.startsWith(`${root}/`));
