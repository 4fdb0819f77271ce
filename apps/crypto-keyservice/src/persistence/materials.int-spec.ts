import { DAY, ManualClock } from '@strongroom/clock';
import { createHotPool, migrateSchema, openDataSource, type HotPool } from '@strongroom/database';
import { materialBinding, RootKey, sealWithRootKey } from '@strongroom/envelope';
import { systemRandom } from '@strongroom/random';
import { createTestDatabase, type TestDatabase } from '@strongroom/testing';
import type { DataSource } from 'typeorm';
import { KeyFactory } from '../domain/key-factory';
import { KeyPairs } from '../domain/key-pairs';
import { SYMMETRIC, type KeyRecord } from '../domain/key-record';
import { KeyRing } from '../domain/key-ring';
import type { ImportedMaterial, MaterialImport } from '../domain/materials.port';
import { entities } from './entities';
import { DatabaseImportStore } from './import.store';
import { DatabaseKeyReader } from './key.reader';
import { DatabaseKeyStore } from './key.store';
import { migrations } from './migrations';
import { DatabaseRotationStore } from './rotation.store';

// What becomes of a key when a process dies in the middle of a change of its material: nothing, or all of it.

const place = { region: 'us-east-1', clock: new ManualClock('2026-11-01T00:00:00Z') };
const rootKey = RootKey.fromBytes(systemRandom.bytes(32));
const ring = new KeyRing(rootKey, systemRandom);
const factory = new KeyFactory(ring, new KeyPairs(rootKey, systemRandom), systemRandom, place.clock, place.region);
const recorded = { beforeCommit: () => Promise.resolve() };
const plaintext = Buffer.from('a value');

let database: TestDatabase;
let dataSource: DataSource;
let pool: HotPool;
let reader: DatabaseKeyReader;
let keys: DatabaseKeyStore;
let rotations: DatabaseRotationStore;
let imports: DatabaseImportStore;
let key: KeyRecord;

beforeAll(async () => {
  database = await createTestDatabase('materials');
  await migrateSchema(database, migrations);
  dataSource = await openDataSource({ database, entities });
  const { fingerprint } = rootKey;
  await dataSource.query('INSERT INTO root_key (slot, fingerprint, in_use) VALUES (1, ?, UNHEX(?))', [fingerprint, fingerprint]);
  pool = createHotPool(database);
  reader = new DatabaseKeyReader(pool, place.region, place.clock);
  keys = new DatabaseKeyStore(dataSource, place.region, place.clock);
  rotations = new DatabaseRotationStore(dataSource, place);
  imports = new DatabaseImportStore(dataSource, place);
});

afterAll(async () => {
  await pool?.close();
  await dataSource?.destroy();
  await database?.drop();
});

async function stored(origin: KeyRecord['origin']): Promise<void> {
  const made = { accountId: '000000000000', manager: 'CUSTOMER' as const, description: '', policy: '{}', tags: {} };
  key = await factory.withMaterial(factory.make({ ...made, kind: { ...SYMMETRIC, origin } }));
  await keys.insert(key, undefined, recorded);
}

/** Cuts the connection of the next transaction before its statement of this number; false if it had no more statements. */
async function dyingAt(step: number, change: () => Promise<unknown>): Promise<boolean> {
  let cut = false;
  const createQueryRunner = dataSource.createQueryRunner.bind(dataSource);
  jest.spyOn(dataSource, 'createQueryRunner').mockImplementationOnce(() => {
    const runner = createQueryRunner();
    const query = runner.query.bind(runner) as (...parameters: unknown[]) => Promise<unknown>;
    let statements = 0;
    runner.query = (async (...parameters: unknown[]) => {
      if (++statements === step) {
        cut = true;
        ((await runner.connect()) as { destroy(): void }).destroy();
        throw new Error('the process is dead');
      }
      return query(...parameters);
    }) as typeof runner.query;
    return runner;
  });
  await change().catch((error: Error) => {
    if (!cut) throw error;
  });
  jest.restoreAllMocks();
  return cut;
}

/** Tries the change again and again, each time one statement further, until it succeeds. */
async function survivesEveryDeath(change: () => Promise<unknown>, check: () => Promise<void>): Promise<number> {
  for (let step = 1; ; step++) {
    if (!(await dyingAt(step, change))) return step - 1;
    await check();
  }
}

const record = async () => (await reader.byId(key.keyId))!;
const materials = () => rotations.listMaterials(key.keyId, { after: 0, limit: 100, onlyRotations: false });
const encrypted = async () => ring.encrypt(await record(), plaintext, {}).ciphertextBlob;
const opens = async (blob: Buffer) => {
  const found = (await reader.byId(key.keyId, blob.readUInt32BE(17)))!;
  expect(ring.decrypt(found, blob, {}).plaintext).toEqual(plaintext);
};
const make = (made: Pick<KeyRecord, 'accountId' | 'keyId'>, version: number) => ring.newMaterial(made, version);

function materialOf(name: string): ImportedMaterial {
  const { accountId, keyId } = key;
  const bytes = Buffer.alloc(32, name);
  const seal = (materialVersion: number) =>
    sealWithRootKey(rootKey, materialBinding({ accountId, keyId, materialVersion }), bytes, systemRandom);
  return { materialId: Buffer.alloc(32, name).toString('hex'), seal, forget: () => undefined };
}
const bring = (name: string, change: Partial<MaterialImport> = {}) => {
  const request = { importType: undefined, materialId: undefined, description: undefined, expiresAt: undefined };
  return imports.import(key.keyId, { material: materialOf(name), ...request, ...change }, recorded);
};

it('leaves a key as it was when a rotation on demand dies', async () => {
  await stored('AWS_KMS');
  const blob = await encrypted();
  const steps = await survivesEveryDeath(
    () => rotations.rotateOnDemand(key.keyId, make, recorded),
    async () => {
      expect(await record()).toMatchObject({ currentMaterial: 1 });
      expect(await materials()).toHaveLength(1);
      await opens(await encrypted());
    },
  );
  expect(steps).toBeGreaterThan(4);
  expect(await record()).toMatchObject({ currentMaterial: 2 });
  expect(await materials()).toHaveLength(2);
  await opens(blob);
  await opens(await encrypted());
});

it('leaves a rotation due that died', async () => {
  await stored('AWS_KMS');
  const due = { rotationPeriodDays: 90, nextRotationAt: place.clock.now() };
  await keys.change('EnableKeyRotation', key.keyId, due, recorded);
  const blob = await encrypted();
  const rotate = () => rotations.rotateDue(key.keyId, make, () => Promise.resolve());
  const steps = await survivesEveryDeath(rotate, async () => {
    expect(await rotations.dueForRotation(place.clock.now(), 10)).toEqual([key.keyId]);
    expect(await materials()).toHaveLength(1);
    await opens(await encrypted());
  });
  expect(steps).toBeGreaterThan(5);
  // It has succeeded once, and does nothing more.
  await rotate();
  expect(await materials()).toHaveLength(2);
  expect(await rotations.scheduleOf(key.keyId)).toMatchObject({ nextRotationAt: new Date(place.clock.millis() + 90 * DAY) });
  await opens(blob);
});

it('leaves a key pending import when its first import dies', async () => {
  await stored('EXTERNAL');
  const steps = await survivesEveryDeath(
    () => bring('first'),
    async () => {
      expect(await record()).toMatchObject({ state: 'PendingImport', materials: [] });
      expect(await materials()).toEqual([]);
    },
  );
  expect(steps).toBeGreaterThan(5);
  expect((await record()).state).toBe('Enabled');
  await opens(await encrypted());
});

describe('a key of imported material', () => {
  let blob: Buffer;
  beforeEach(async () => {
    await stored('EXTERNAL');
    await bring('first');
    blob = await encrypted();
  });
  const usable = async () => {
    expect((await record()).state).toBe('Enabled');
    await opens(blob);
    await opens(await encrypted());
  };

  it('stays usable when more material, its rotation, or the same material once more dies on its way', async () => {
    await survivesEveryDeath(() => bring('second', { importType: 'NEW_KEY_MATERIAL' }), usable);
    expect(await materials()).toHaveLength(2);
    await survivesEveryDeath(() => rotations.rotateOnDemand(key.keyId, make, recorded), usable);
    expect(await record()).toMatchObject({ currentMaterial: 2 });
    await survivesEveryDeath(() => bring('first', { expiresAt: new Date(place.clock.millis() + DAY) }), usable);
    expect(await record()).toMatchObject({ materialUntil: new Date(place.clock.millis() + DAY) });
    await usable();
  });

  it('keeps its material when a deletion dies, and waits for it when one succeeds', async () => {
    await survivesEveryDeath(() => imports.deleteMaterial(key.keyId, undefined, recorded), usable);
    expect(await record()).toMatchObject({ state: 'PendingImport' });
    await survivesEveryDeath(
      () => bring('first'),
      async () => expect(await record()).toMatchObject({ state: 'PendingImport' }),
    );
    await usable();
  });

  it('is unusable from its expiry on, whatever dies', async () => {
    await bring('first', { expiresAt: new Date(place.clock.millis() + DAY) });
    place.clock.advance(DAY);
    const events: string[][] = [];
    const expire = () => imports.expire(key.keyId, (_, ids) => Promise.resolve(void events.push(ids)));
    await survivesEveryDeath(expire, async () => {
      expect(await record()).toMatchObject({ state: 'PendingImport' });
      expect(await imports.dueForExpiry(place.clock.now(), 10)).toContain(key.keyId);
    });
    expect(await imports.dueForExpiry(place.clock.now(), 10)).not.toContain(key.keyId);
    expect((await materials())[0]!.wrapped).toBeUndefined();
    const before = events.length;
    await expire();
    expect(events).toHaveLength(before);
    await bring('first');
    await usable();
  });
});
