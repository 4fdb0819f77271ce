// The environment of all tests: the realm of node itself, so that `instanceof` holds for what node's modules and packages make, and
// a global costs no more than in a program. jest's own environment gives each suite a realm, where each use of a global is an
// interceptor's. Only with shared-packages-runtime.cjs, which compiles for it.
const { ModernFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');

/** Node puts them there once, when something first asks for them. */
const isOfNode = (name) => String(name).startsWith('Symbol(undici.') || String(name).startsWith('Symbol(nodejs.');

/** What a test module keeps on purpose for the suites after its own: what takes long to make, and what nobody changes. */
const isKept = (name) => String(name).startsWith('Symbol(strongroom.kept.');

const listenersByEvent = () => new Map(process.eventNames().map((event) => [event, process.rawListeners(event)]));

module.exports = class OneRealmEnvironment {
  global = globalThis;
  fakeTimers = null;
  moduleMocker = new ModuleMocker(globalThis);
  #names = new Set(Reflect.ownKeys(globalThis));
  #variables = { ...process.env };
  #listeners = listenersByEvent();
  #folder = process.cwd();
  #console = console;

  constructor({ projectConfig }) {
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
  }

  async setup() {}

  /** A suite leaves nothing behind for the next one of its worker: jest keeps its own handlers of events among the globals, too. */
  async teardown() {
    this.fakeTimersModern.dispose();
    for (const name of Reflect.ownKeys(globalThis)) {
      if (!this.#names.has(name) && !isOfNode(name) && !isKept(name)) Reflect.deleteProperty(globalThis, name);
    }
    for (const name of Object.keys(process.env)) if (!(name in this.#variables)) delete process.env[name];
    Object.assign(process.env, this.#variables);
    for (const [event, listeners] of listenersByEvent()) {
      const before = this.#listeners.get(event) ?? [];
      for (const listener of listeners) if (!before.includes(listener)) process.off(event, listener.listener ?? listener);
    }
    // What jest itself says after its last suite would be taken for a line of that suite, which came too late.
    globalThis.console = this.#console;
    process.chdir(this.#folder);
    process.exitCode = undefined;
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  /** jest asks only whether there is one. */
  getVmContext() {
    return globalThis;
  }
};
