import { findFreePorts } from '@strongroom/local-cluster';
import { isDomainError } from '@strongroom/errors';
import type { BuiltInFunction } from './shared/built-in-function.port';
import { TargetUnreachable } from '@strongroom/egress';
import { anywhere } from '@strongroom/egress/testing';
import { eventually } from '@strongroom/testing';
import { builtInFunctions } from './index';
import { liedTo, lies, LyingServer, secretOnServer } from './lying-servers.testing';
import { FakeRotatingSecret } from './shared/fake-rotating-secret.testing';
import { callOf } from './shared/kill-points.testing';

jest.setTimeout(60_000);

const PASSWORD = 'the-password-of-app';
const functions = builtInFunctions(anywhere).filter(({ name }) => liedTo.some((known) => known === name));

const servers: LyingServer[] = [];
const startLying = async (lie: string): Promise<LyingServer> => {
  const server = await LyingServer.start(lies[lie]!);
  servers.push(server);
  return server;
};
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

const secretOn = (fn: BuiltInFunction, port: number, fields: object = {}) =>
  new FakeRotatingSecret().set('AWSCURRENT', { ...secretOnServer(fn.name, port, PASSWORD), ...fields });

/** @param patience of the step, milliseconds */
const failureOn = async (fn: BuiltInFunction, port: number, fields?: object, patience = 15_000) => {
  const signal = AbortSignal.timeout(patience);
  const failure = await fn.testCurrent({ ...callOf(secretOn(fn, port, fields)), signal }).catch((error: unknown) => error);
  expect(isDomainError(failure)).toBe(true);
  expect(JSON.stringify([(failure as Error).message, (failure as Error).stack])).not.toContain(PASSWORD);
  return failure as Error & { kind: string };
};

it('has a function of each kind', () => {
  expect(functions).toHaveLength(liedTo.length);
});

describe.each(functions.map((fn) => [fn.name, fn] as const))('%s', (_, fn) => {
  it('tells no way in which a server is not there from another', async () => {
    const refused = await failureOn(fn, await findFreePorts(1));
    expect(refused).toBeInstanceOf(TargetUnreachable);
    const others: Error[] = [await failureOn(fn, 5432, { host: 'absent.invalid', issuer: 'https://absent.invalid:5432' })];
    others.push(await failureOn(fn, 80, { host: '169.254.169.254', issuer: 'https://169.254.169.254' }));
    for (const lie of ['closes at once', 'resets at once', 'speaks HTTP', 'sends a TLS alert']) {
      const server = await startLying(lie);
      others.push(await failureOn(fn, server.port));
      if (fn.name !== 'strongroom-ssh-key')
        others.push(await failureOn(fn, server.port, { ssl: true, issuer: `https://127.0.0.1:${server.port}` }));
    }
    for (const other of others) expect([other.constructor, other.message]).toEqual([TargetUnreachable, refused.message]);
  });

  it.each(Object.keys(lies))('is not held, filled or fooled by a server that %s', async (lie) => {
    const server = await startLying(lie);
    const before = process.memoryUsage().rss;
    // A slow answer is cut off with the step, whose time is short here.
    const failure = await failureOn(fn, server.port, {}, 500);
    expect(['unavailable', 'deadline-exceeded', 'cancelled', 'failed-precondition', 'permission-denied']).toContain(failure.kind);
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
    // No connection stays open after it.
    await eventually('no connection is open', () => server.open === 0);
    if (!fn.name.includes('rabbitmq') && !fn.name.includes('redis')) {
      expect(Buffer.concat(server.heard).includes(PASSWORD)).toBe(false);
    }
  });
});
