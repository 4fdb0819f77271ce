import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectToRedis, writePrivateFile } from '@strongroom/local-cluster';
import { duration, eventually } from '@strongroom/testing';
import { type Api, outcome } from '../support/api';
import { allow } from '../support/policies';
import { BESIDE_THE_CORE, System, text, unique } from '../support/system';

const UNAVAILABLE = 'unavailable ServiceUnavailableException';
/** How long a call may take to be refused when the journal is unavailable, however far its own deadline is. */
const REFUSAL_MS = 4_000;

let system: System;
let reader: Api;
let secretId: string;

beforeAll(async () => {
  system = await System.own({ without: BESIDE_THE_CORE });
  reader = (await system.user('reader', allow('secretsmanager:*'))).api;
  secretId = await system.secret('before the outage');
});
afterAll(() => system?.stop());

const reads = () => outcome(reader.secrets.getSecretValue({ secretId }));
/** Each service connects again by itself, at its own time. */
const healed = async (): Promise<void> => {
  const { identity, keys } = system.admin;
  for (const call of [reads, () => outcome(identity.listUsers({})), () => outcome(keys.listKeys({}))])
    await eventually('calls succeed again', async () => (await call()) === 'ok', 10_000);
};

/** Every kind of audited call fails, soon, and leaves nothing behind; `heal` ends the outage. */
const expectNothingHalfDone = async (heal: () => Promise<unknown>): Promise<void> => {
  const name = unique('half');
  const create = { name, clientRequestToken: randomUUID(), value: text('whole') };
  const put = { secretId, clientRequestToken: randomUUID(), value: text('after the outage') };
  const calls: [string, () => Promise<unknown>][] = [
    ['GetSecretValue', () => reader.secrets.getSecretValue({ secretId }, { timeoutMs: 20_000 })],
    ['CreateSecret', () => reader.secrets.createSecret(create, { timeoutMs: 20_000 })],
    ['PutSecretValue', () => reader.secrets.putSecretValue(put, { timeoutMs: 20_000 })],
    ['DeleteSecret', () => reader.secrets.deleteSecret({ secretId }, { timeoutMs: 20_000 })],
    ['CreateKey', () => system.admin.keys.createKey({}, { timeoutMs: 20_000 })],
    ['CreateUser', () => system.admin.identity.createUser({ userName: name }, { timeoutMs: 20_000 })],
  ];
  const results = await Promise.all(
    calls.map(async ([operation, call]) => {
      let answer = '';
      const took = await duration(async () => (answer = await outcome(call())));
      return { operation, answer, isSoon: took < REFUSAL_MS };
    }),
  );
  await heal();
  await healed();
  expect(results).toEqual(calls.map(([operation]) => ({ operation, answer: UNAVAILABLE, isSoon: true })));

  const { secrets, identity } = system.admin;
  expect(await outcome(secrets.describeSecret({ secretId: name }))).toBe('not-found ResourceNotFoundException');
  expect(await outcome(identity.getUser({ userName: name }))).toMatch(/^not-found/);
  const described = await secrets.describeSecret({ secretId });
  expect(described.deletedDate).toBeUndefined();
  expect(Object.keys(described.versionIdsToStages)).not.toContain(put.clientRequestToken);
  // What failed can be repeated as it was.
  expect(await outcome(reader.secrets.createSecret(create))).toBe('ok');
  expect(await outcome(reader.secrets.putSecretValue(put))).toBe('ok');
  expect((await reader.secrets.getSecretValue({ secretId })).versionId).toBe(put.clientRequestToken);
};

describe('without a journal nothing is read and nothing is written', () => {
  it('when Redis is gone', async () => {
    await system.cluster.kill('redis');
    await expectNothingHalfDone(() => system.cluster.startComponent('redis'));
  });

  it('when Redis is full', async () => {
    const redis = await connectToRedis(system.cluster.redis);
    await redis.config('SET', 'maxmemory', '1');
    try {
      await expectNothingHalfDone(() => redis.config('SET', 'maxmemory', '0'));
    } finally {
      await redis.config('SET', 'maxmemory', '0');
      redis.disconnect();
    }
  });

  it('when Redis does not answer', async () => {
    process.kill(system.cluster.pid('redis')!, 'SIGSTOP');
    const goOn = () => process.kill(system.cluster.pid('redis')!, 'SIGCONT');
    try {
      await expectNothingHalfDone(async () => goOn());
    } finally {
      goOn();
    }
  });
});

describe('cut off from identity-service', () => {
  it.each([
    ['stalled', 'SIGSTOP'],
    ['gone', 'SIGKILL'],
  ] as const)('callers are refused once the view is a second old (%s)', async (_state, signal) => {
    await healed();
    await system.cluster.kill('identity-service', signal);
    const start = performance.now();
    try {
      const answer = await eventually('a refusal', async () => {
        const result = await outcome(reader.secrets.getSecretValue({ secretId }, { timeoutMs: 5_000 }));
        return result !== 'ok' && { result, began: performance.now() - start };
      });
      console.log(`refused ${Math.round(answer.began)} ms after identity-service was ${signal}`);
      expect(answer.result).toMatch(/^unavailable|^deadline-exceeded/);
      // A second of trust, and up to another one of asking in vain.
      expect(answer.began).toBeLessThan(3_500);
      // For as long as it lasts, nobody gets in.
      for (let i = 0; i < 5; i++) {
        expect(await outcome(reader.secrets.getSecretValue({ secretId }, { timeoutMs: 2_000 }))).not.toBe('ok');
      }
    } finally {
      if (signal === 'SIGSTOP') await system.cluster.kill('identity-service', 'SIGCONT');
      else await system.cluster.startComponent('identity-service');
    }
    await healed();
  });

  it('a revocation that was made meanwhile is in force when it heals', async () => {
    const { api, uri } = await system.user('revoked', allow('secretsmanager:GetSecretValue'));
    expect(await outcome(api.secrets.getSecretValue({ secretId }))).toBe('ok');
    // Only the stream of secrets-api stalls: it hears nothing of the change.
    await system.cluster.kill('secrets-api', 'SIGSTOP');
    try {
      await system.admin.identity.unbindCertificate({ uri });
      // Longer than a view is believed: from here on, believing it would be wrong.
      await sleep(1_200);
    } finally {
      await system.cluster.kill('secrets-api', 'SIGCONT');
    }
    expect(await outcome(api.secrets.getSecretValue({ secretId }))).toMatch(/^unauthenticated/);
  });
});

describe('other outages', () => {
  it('crypto-keyservice away: values are unavailable, metadata is not', async () => {
    await system.cluster.kill('crypto-keyservice');
    try {
      expect(await outcome(reader.secrets.getSecretValue({ secretId }, { timeoutMs: 3_000 }))).toMatch(/^unavailable|^deadline/);
      expect(await outcome(reader.secrets.describeSecret({ secretId }))).toBe('ok');
    } finally {
      await system.cluster.startComponent('crypto-keyservice');
    }
    await healed();
  });

  it('a wrong root key stops the start with a clear message and changes nothing', async () => {
    const { cluster } = system;
    const file = `${cluster.home}/secrets/keys-root.key`;
    const right = readFileSync(file, 'utf8');
    await cluster.kill('crypto-keyservice', 'SIGTERM');
    writePrivateFile(file, `${Buffer.alloc(32, 7).toString('base64')}\n`);
    try {
      await expect(cluster.startComponent('crypto-keyservice')).rejects.toThrow(/root key/i);
    } finally {
      writePrivateFile(file, right);
      await cluster.startComponent('crypto-keyservice');
    }
    await healed();
  });
});
