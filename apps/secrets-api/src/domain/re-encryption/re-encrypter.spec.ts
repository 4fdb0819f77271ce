import { ManualClock } from '@strongroom/clock';
import { parseKeyBlob } from '@strongroom/envelope';
import type { DomainError } from '@strongroom/errors';
import { FakeDataKeys, kmsError } from '../fake-data-keys.testing';
import { FakeReEncryptionStore } from './fake-re-encryption-store.testing';
import { MAX_BATCH, ReEncrypter } from './re-encrypter';
import type { ReEncryption } from './re-encryption';

const accountId = '000000000000';
const keyId = '11111111-1111-4111-8111-111111111111';

async function setUp({ versions = 3, rate = 250 } = {}) {
  const clock = new ManualClock();
  const store = new FakeReEncryptionStore();
  const dataKeys = new FakeDataKeys();
  const keyArn = dataKeys.add('alias/app', keyId);
  const use = (secretVersionId: string) => ({
    caller: { credentialId: 'x', sourceIp: '', userAgent: '', requestId: '' },
    accountId,
    place: { secretArn: 'arn', secretVersionId },
    deadline: 0,
  });
  const plaintexts = new Map<string, Buffer>();
  const add = async (secretVersionId: string) => {
    const { plaintext, wrapped } = await dataKeys.generate(keyArn, use(secretVersionId));
    plaintexts.set(secretVersionId, plaintext);
    store.dataKeys.push({ secretId: 1, accountId, place: { secretArn: 'arn', secretVersionId }, wrapped });
  };
  for (let n = 0; n < versions; n++) await add(`v${n}`);
  dataKeys.rotate(keyArn);
  const run: ReEncryption = {
    keyId,
    keyArn,
    accountId,
    runId: 'run-1',
    state: 'running',
    materialVersion: 2,
    rate,
    startedBy: 'arn:of:somebody',
    startedAt: clock.now(),
    reEncrypted: 0,
    failures: new Map(),
    reached: Buffer.alloc(0),
    pass: 1,
  };
  store.runs.set(keyId, run);
  const ended: [ReEncryption['state'], string | undefined][] = [];
  const trail = { failure: undefined as DomainError | undefined };
  const another = () =>
    new ReEncrypter(
      store,
      dataKeys,
      {
        async ended({ state }, error) {
          if (trail.failure) throw trail.failure;
          ended.push([state, error?.reason]);
        },
      },
      clock,
    );
  const reEncrypter = another();
  const step = (by = reEncrypter) => by.step(run);
  /** Steps until there is nothing to do; what passes is tried again. */
  const finish = async () => {
    for (let steps = 0; (await step().catch(() => 0)) !== undefined; steps++) if (steps > 100) throw new Error('never ends');
    return now();
  };
  const now = () => store.runs.get(keyId)!;
  const materials = () => store.dataKeys.map(({ wrapped }) => parseKeyBlob(wrapped).materialVersion);
  /** Every data key opens, and is what it was. */
  const allOpen = async () => {
    const opened = await Promise.all(
      store.dataKeys.map(async ({ place, wrapped }) => {
        const { plaintext } = await dataKeys.decrypt(wrapped, use(place.secretVersionId));
        return plaintext.equals(plaintexts.get(place.secretVersionId)!);
      }),
    );
    return opened.every(Boolean);
  };
  return { clock, store, dataKeys, keyArn, run, step, another, finish, now, materials, allOpen, ended, trail, add };
}

it('goes on batch by batch, each as large as the rate allows, and ends with its event', async () => {
  const { store, step, finish, now, materials, allOpen, ended, clock } = await setUp({ versions: 5, rate: 2 });
  expect(await step()).toBe(1_000);
  expect([now().reEncrypted, now().state]).toEqual([2, 'running']);
  expect(await finish()).toMatchObject({ state: 'completed', reEncrypted: 5, endedAt: clock.now(), failures: new Map() });
  expect(store.batches).toEqual([2, 2, 1, 0]);
  expect(materials()).toEqual([2, 2, 2, 2, 2]);
  expect(await allOpen()).toBe(true);
  expect(ended).toEqual([['completed', undefined]]);
  expect(await step()).toBeUndefined();
});

it('asks for no more at a time than one message holds', async () => {
  const { step, store } = await setUp({ versions: MAX_BATCH + 1, rate: 10_000 });
  expect(await step()).toBe((MAX_BATCH / 10_000) * 1_000);
  expect(store.batches).toEqual([MAX_BATCH]);
});

describe('killed', () => {
  it('before it has re-encrypted, or before it has written, it has lost nothing and done nothing', async () => {
    for (const point of ['reEncrypt', 'advance'] as const) {
      const { store, dataKeys, step, another, finish, materials, now, allOpen } = await setUp();
      const killed = () => Promise.reject(new Error('killed'));
      const death = point === 'reEncrypt' ? jest.spyOn(dataKeys, point) : jest.spyOn(store, point);
      death.mockImplementation(killed);
      await expect(step()).rejects.toThrow('killed');
      expect([materials(), now().reEncrypted]).toEqual([[1, 1, 1], 0]);
      death.mockRestore();
      await step(another());
      expect(await finish()).toMatchObject({ state: 'completed', reEncrypted: 3 });
      expect(await allOpen()).toBe(true);
    }
  });

  it('after it has written, it has counted what it wrote', async () => {
    const { store, step, finish, now } = await setUp();
    const advance = store.advance.bind(store);
    jest.spyOn(store, 'advance').mockImplementationOnce(async (...given) => {
      await advance(...given);
      throw new Error('killed');
    });
    await expect(step()).rejects.toThrow('killed');
    expect(now().reEncrypted).toBe(3);
    expect(await finish()).toMatchObject({ state: 'completed', reEncrypted: 3 });
  });
});

it('done by two processes at a time is done once', async () => {
  const { step, another, finish, allOpen } = await setUp({ versions: 6, rate: 2 });
  await Promise.all([step(), step(another()), step(another())]);
  expect(await finish()).toMatchObject({ state: 'completed', reEncrypted: 6 });
  expect(await allOpen()).toBe(true);
});

describe('meanwhile', () => {
  it('a value that is written anew stays as it was written', async () => {
    const { store, step, finish } = await setUp();
    const fresh = Buffer.from('written by somebody else');
    store.meanwhile = () => (store.dataKeys[1]!.wrapped = fresh);
    await step();
    expect(store.dataKeys[1]!.wrapped).toBe(fresh);
    expect(await finish()).toMatchObject({ state: 'completed', reEncrypted: 2 });
  });

  it('a secret that is deleted is not missed', async () => {
    const { store, finish } = await setUp();
    store.meanwhile = () => void (store.dataKeys.length = 1);
    expect(await finish()).toMatchObject({ state: 'completed', reEncrypted: 1, failures: new Map() });
  });

  it('it is stopped: what it has in hand is not written', async () => {
    const { store, step, now, materials, ended, clock } = await setUp();
    store.meanwhile = () => void store.stop(keyId, clock.now());
    await step();
    expect([now().state, materials(), ended]).toEqual(['stopped', [1, 1, 1], []]);
    expect(await step()).toBeUndefined();
  });

  it('another one is started: this one ends', async () => {
    const { store, step, run, now } = await setUp();
    store.meanwhile = () => void store.runs.set(keyId, { ...run, runId: 'run-2' });
    await step();
    expect(now()).toMatchObject({ runId: 'run-2', reEncrypted: 0 });
    expect(await step()).toBeUndefined();
  });

  it('a data key under old material is stored behind its back: another pass finds it', async () => {
    const { store, dataKeys, keyArn, step, finish, materials, allOpen, add } = await setUp({ versions: 200 });
    await step();
    // Whoever got it before the rotation stores it now. Of so many, one comes before the last of the batch.
    dataKeys.materials.set(keyArn, 1);
    for (let n = 0; n < 20; n++) await add(`late${n}`);
    dataKeys.rotate(keyArn);
    expect(store.dataKeys.slice(200).some(({ wrapped }) => Buffer.compare(wrapped, store.runs.get(keyId)!.reached) < 0)).toBe(
      true,
    );
    expect(await finish()).toMatchObject({ state: 'completed', reEncrypted: 220, pass: 2 });
    expect(new Set(materials())).toEqual(new Set([2]));
    expect(await allOpen()).toBe(true);
  });

  it('the key gets newer material: that is used', async () => {
    const { dataKeys, keyArn, step, finish, materials } = await setUp({ rate: 2 });
    await step();
    dataKeys.rotate(keyArn);
    expect(await finish()).toMatchObject({ state: 'completed' });
    expect(materials().sort()).toEqual([2, 2, 3]);
  });
});

describe('what goes wrong', () => {
  it.each([
    'DisabledException',
    'KMSInvalidStateException',
    'NotFoundException',
    'InvalidKeyUsageException',
    'ValidationException',
  ])('with the key ends it honestly: %s', async (reason) => {
    const { dataKeys, keyArn, finish, materials, ended, clock } = await setUp();
    dataKeys.failures.set(keyArn, kmsError('failed-precondition', reason));
    expect(await finish()).toMatchObject({ state: 'failed', reason, reEncrypted: 0, endedAt: clock.now() });
    expect([materials(), ended]).toEqual([[1, 1, 1], [['failed', reason]]]);
  });

  it('in the middle of a batch keeps what was done', async () => {
    const { dataKeys, store, finish, materials } = await setUp();
    const reEncrypt = dataKeys.reEncrypt.bind(dataKeys);
    const last = [...store.dataKeys].sort((a, b) => Buffer.compare(a.wrapped, b.wrapped)).at(-1)!;
    jest.spyOn(dataKeys, 'reEncrypt').mockImplementation(async (wrapped, use) => {
      if (wrapped.equals(last.wrapped)) throw kmsError('failed-precondition', 'DisabledException');
      return reEncrypt(wrapped, use);
    });
    expect(await finish()).toMatchObject({ state: 'failed', reason: 'DisabledException', reEncrypted: 2 });
    expect(materials().sort()).toEqual([1, 2, 2]);
  });

  it('with one data key is counted by its name, and stops no other', async () => {
    const { store, finish, materials, ended } = await setUp({ versions: 4, rate: 2 });
    store.dataKeys[0]!.wrapped.fill(0, 40);
    store.dataKeys[1]!.wrapped.fill(0, 40);
    expect(await finish()).toMatchObject({
      state: 'completed',
      reEncrypted: 2,
      failures: new Map([['InvalidCiphertextException', 2]]),
      pass: 1,
    });
    expect(materials()).toEqual([1, 1, 2, 2]);
    expect(ended).toEqual([['completed', undefined]]);
  });

  it.each(['unavailable', 'deadline-exceeded', 'resource-exhausted'] as const)(
    'for a while only, %s, changes nothing, and is tried again',
    async (kind) => {
      const { dataKeys, step, finish, now } = await setUp();
      dataKeys.outage = kmsError(kind, 'Away');
      await expect(step()).rejects.toMatchObject({ reason: 'Away' });
      expect(now()).toMatchObject({ state: 'running', reEncrypted: 0, failures: new Map() });
      dataKeys.outage = undefined;
      expect(await finish()).toMatchObject({ state: 'completed', reEncrypted: 3 });
    },
  );

  it('with the trail keeps it from ending', async () => {
    const { step, finish, now, trail } = await setUp();
    await step();
    trail.failure = kmsError('unavailable', 'NoTrail');
    await expect(step()).rejects.toMatchObject({ reason: 'NoTrail' });
    expect(now()).toMatchObject({ state: 'running', reEncrypted: 3 });
    trail.failure = undefined;
    expect(await finish()).toMatchObject({ state: 'completed' });
  });
});
