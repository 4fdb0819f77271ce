import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { credentials } from '@grpc/grpc-js';

it('is the realm of what node makes', () => {
  expect(() => readFileSync('/nowhere')).toThrow(Error);
  try {
    readFileSync('/nowhere');
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
  }
  expect(credentials.createInsecure()).toBeInstanceOf(Object);
});

const FIRST = `
  require('./module').count++;
  globalThis.left = 1;
  globalThis[Symbol.for('strongroom.kept.1')] = 1;
  process.env.LEFT = '1';
  delete process.env.PATH;
  process.on('SIGUSR2', () => {});
  process.once('SIGUSR2', () => {});
  process.chdir('/');
  process.exitCode = 3;
  it('leaves this behind', () => expect(require('./module').count).toBe(1));
`;
const SECOND = `
  it('finds nothing of it', () => {
    expect(require('./module').count).toBe(0);
    expect(globalThis.left).toBeUndefined();
    expect(globalThis[Symbol.for('strongroom.kept.1')]).toBe(1);
    expect(process.env.LEFT).toBeUndefined();
    expect(process.env.PATH).toBeDefined();
    expect(process.listenerCount('SIGUSR2')).toBe(0);
    expect(process.cwd()).not.toBe('/');
    expect(process.exitCode).toBeUndefined();
    // Longer than jest waits until it says that it does not end.
    setTimeout(() => undefined, 1_500);
  });
`;

it('keeps nothing of one suite for the next, but packages and what is kept on purpose', () => {
  const folder = mkdtempSync(join(tmpdir(), 'one-realm-'));
  try {
    const config = {
      rootDir: folder,
      testEnvironment: resolve('tools/jest/one-realm-environment.cjs'),
      runtime: resolve('tools/jest/shared-packages-runtime.cjs'),
      testMatch: ['<rootDir>/*.test.js'],
      testSequencer: join(folder, 'sequencer.cjs'),
    };
    writeFileSync(join(folder, 'module.js'), 'exports.count = 0;');
    writeFileSync(join(folder, '1.test.js'), FIRST);
    writeFileSync(join(folder, '2.test.js'), SECOND);
    writeFileSync(
      config.testSequencer,
      `module.exports = class extends require(${JSON.stringify(require.resolve('@jest/test-sequencer'))}).default {
        sort = (tests) => [...tests].sort((a, b) => (a.path < b.path ? -1 : 1));
      };`,
    );
    const jest = [resolve('node_modules/jest/bin/jest.js'), '-i', '--config', JSON.stringify(config)];
    const { status, stderr } = spawnSync(process.execPath, jest, { cwd: folder, encoding: 'utf8' });
    expect(stderr).toContain('2 passed, 2 total');
    expect(stderr).toContain('did not exit');
    expect(status).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
