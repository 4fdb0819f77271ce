// What may import what, beside the boundaries between projects in eslint.config.mjs: no cycles, and the layers of a service.
const layers = 'persistence|clients|handlers|workers';

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
      name: 'domain-stands-alone',
      comment: 'Rules know ports, not what stands behind them.',
      severity: 'error',
      from: { path: '^(apps/[^/]+)/src/domain/', pathNot: '\\.(int-)?spec\\.ts$' },
      to: { path: `^$1/src/(${layers})/` },
    },
    {
      name: 'handlers-ask-the-domain',
      comment: 'A handler turns messages into calls of the domain; it does not know where data is or who else is asked.',
      severity: 'error',
      from: { path: '^(apps/[^/]+)/src/handlers/', pathNot: '\\.(int-)?spec\\.ts$' },
      to: { path: '^$1/src/(persistence|clients|workers)/' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.base.json' },
    // Imports of types too.
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'libs/contracts/src/generated' },
  },
};
