// jest's runtime, but for two things that make a suite cheap: packages are node's own, loaded once in a worker instead of once in a
// suite, and what is compiled for one suite is compiled for all. Our own modules are evaluated anew for each suite, as ever.
const { createRequire } = require('node:module');
const path = require('node:path');
const { compileFunction } = require('node:vm');
const { default: Runtime } = require('jest-runtime');

const requireOutside = createRequire(__filename);
const PACKAGES = `${path.sep}node_modules${path.sep}`;

/** By file; a file that has changed since is compiled again. */
const compiled = new Map();

module.exports = class SharedPackagesRuntime extends Runtime {
  /** Of paths that need no transformation, so node can load them. */
  #asTheyAre;

  constructor(config, ...others) {
    super(config, ...others);
    this.#asTheyAre = config.transformIgnorePatterns.map((pattern) => new RegExp(pattern));
    const { executor } = this;
    executor.compile = (source, filename) => {
      const known = compiled.get(filename);
      if (known?.source === source) return known.run;
      const run = compileFunction(source, executor.injectedModuleParameters, { filename });
      compiled.set(filename, { source, run });
      return run;
    };
  }

  requireModule(from, name, options, isRequireActual) {
    const isJests = options?.isInternalModule ?? false;
    if (name !== undefined && !isJests && !this._resolution.isCoreModule(name)) {
      const file = this._resolution.resolveCjs(from, name);
      if (file.includes(PACKAGES) && this.#asTheyAre.some((pattern) => pattern.test(file))) return requireOutside(file);
    }
    return super.requireModule(from, name, options, isRequireActual);
  }
};
