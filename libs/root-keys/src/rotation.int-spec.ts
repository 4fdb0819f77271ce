import { openWithRootKey, type RootKeys, rootKeyFingerprintOf } from '@strongroom/envelope';
import { binding, mortalPool, newIdentity, RootKeyWorld } from './world.testing';

let world: RootKeyWorld;
let environment: string;
let rootKeys: RootKeys;
beforeAll(async () => {
  world = await RootKeyWorld.create();
  await world.migrate();
  environment = await newIdentity();
});
afterAll(() => world?.drop());
beforeEach(async () => {
  await world.clear();
  ({ rootKeys } = await world.open({ environment }));
});

const ids = [1, 2, 3, 4, 5, 6, 7];
const stored = () => world.rows<{ id: number; sealed: Buffer }>('SELECT id, sealed FROM credential ORDER BY id');

/** Every row opens with these root keys; the fingerprints that they name. */
async function sealers(by: RootKeys): Promise<Set<string>> {
  const rows = await stored();
  for (const { id, sealed } of rows) expect(openWithRootKey(by, binding(id), sealed).toString()).toBe(`credential ${id}`);
  return new Set(rows.map(({ sealed }) => rootKeyFingerprintOf(sealed)));
}

it('seals everything anew, and the old root key retires', async () => {
  await world.seal(rootKeys, ...ids);
  const old = rootKeys.fingerprint;
  const keeper = world.keeper(rootKeys);
  const next = await keeper.rotate();
  expect(await world.states()).toEqual(['current', 'pending']);
  await keeper.step();
  await keeper.step();
  expect(await world.states()).toEqual(['retired', 'current']);
  expect(rootKeys.fingerprints).toEqual([next]);
  expect(await sealers(rootKeys)).toEqual(new Set([next]));
  expect(next).not.toBe(old);
  // Nothing is left that could open the old one.
  expect(await world.rows('SELECT link FROM root_key WHERE link IS NOT NULL')).toEqual([]);
  expect(await world.rows('SELECT slot FROM root_key_wrap')).toEqual([{ slot: 2 }]);
  expect((await world.open({ environment })).rootKeys.fingerprint).toBe(next);
  expect(await keeper.progress()).toEqual({ state: 'none', left: {}, failed: 0 });
});

it('loses nothing wherever a process is killed, and the next one goes on', async () => {
  await world.seal(rootKeys, ...ids);
  let kills = 0;
  for (let rotation = 1; rotation < 3; rotation++) {
    const before = rootKeys.fingerprint;
    // Each process does one statement more than the one before, until one of them has done all.
    for (let lifetime = 1; (await world.states()).filter((state) => state === 'retired').length < rotation; lifetime++) {
      const pool = mortalPool(world.pool, lifetime);
      const keeper = world.keeper((await world.open({ environment })).rootKeys, { store: world.store(pool) });
      const isIdle = (await world.states()).filter((state) => state !== 'retired').length === 1;
      await (isIdle ? keeper.rotate() : keeper.step()).catch(() => kills++);
      await sealers((await world.open({ environment })).rootKeys);
    }
    ({ rootKeys } = await world.open({ environment }));
    expect(await sealers(rootKeys)).toEqual(new Set([rootKeys.fingerprint]));
    expect(rootKeys.fingerprint).not.toBe(before);
  }
  expect(kills).toBeGreaterThan(15);
});

it('is followed by another process, which had the new root key before anybody sealed with it', async () => {
  const other = (await world.open({ environment })).rootKeys;
  await world.seal(rootKeys, 1, 2);
  await world.seal(other, 3);
  const graceMs = 3_600_000;
  const [mine, its] = [world.keeper(rootKeys, { graceMs }), world.keeper(other, { graceMs })];
  const next = await mine.rotate();
  await its.step();
  expect([other.fingerprints.includes(next), other.fingerprint === next]).toEqual([true, false]);
  await world.due();
  await mine.step();
  // One seals with the new root key, the other one still with the old.
  await world.seal(rootKeys, 5);
  await world.seal(other, 4);
  expect((await sealers(other)).size).toBe(2);
  await world.due();
  for (const keeper of [its, mine, its, mine]) await keeper.step();
  expect([rootKeys.fingerprints, other.fingerprints]).toEqual([[next], [next]]);
  expect(await sealers(other)).toEqual(new Set([next]));
});

it('reaches a process that was suspended meanwhile by its provider', async () => {
  const other = (await world.open({ environment })).rootKeys;
  const keeper = world.keeper(rootKeys);
  const next = await keeper.rotate();
  await keeper.step();
  await keeper.step();
  await world.seal(rootKeys, 1);
  await expect(world.keeper(other).step()).rejects.toThrow('cannot be opened from the one before it any more');
  await world.keeper(other, { reopen: async () => (await world.open({ environment })).rootKeys }).step();
  expect(other.fingerprints).toEqual([next]);
  await sealers(other);
});

it('does not seal with a new root key before its time, nor retire an old one', async () => {
  await world.seal(rootKeys, 1);
  const [old] = rootKeys.fingerprints;
  const patient = world.keeper(rootKeys, { graceMs: 3_600_000 });
  await patient.rotate();
  await patient.step();
  expect([await world.states(), rootKeys.fingerprint]).toEqual([['current', 'pending'], old]);
  await world.due();
  await patient.step();
  await patient.step();
  expect(await world.states()).toEqual(['retiring', 'current']);
  expect(await patient.progress()).toEqual({ state: 'resealing', left: { credential: 0 }, failed: 0 });
  await world.due();
  await patient.step();
  expect(await world.states()).toEqual(['retired', 'current']);
});

it('does not begin while another rotation is under way, or when a provider comes at the same time', async () => {
  const keeper = world.keeper(rootKeys);
  const attempts = await Promise.allSettled([keeper.rotate(), keeper.rotate(), world.keeper(rootKeys).rotate()]);
  expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const each of attempts) if (each.status === 'rejected') expect(String(each.reason)).toMatch(/a rotation is under way/);
  await expect(keeper.rotate()).rejects.toThrow('a rotation is under way');
});

it('begins only when that is on record', async () => {
  const refused = world.keeper(rootKeys).rotate(() => Promise.reject(new Error('the journal is full')));
  await expect(refused).rejects.toThrow('the journal is full');
  expect(await world.states()).toEqual(['current']);
});

describe('a row that names the old root key', () => {
  it('keeps it from retiring, whoever stored it how late', async () => {
    const late = (await world.open({ environment })).rootKeys;
    const keeper = world.keeper(rootKeys);
    await keeper.rotate();
    const [old] = await world.store().rootKeys();
    await keeper.step();
    // Nothing is left to be sealed anew, but here is a process that has not read the root keys since.
    await world.rows('DELETE FROM credential');
    await world.rows("UPDATE root_key SET state = 'retiring', in_use = UNHEX(fingerprint) WHERE slot = 1");
    await world.seal(late, 1);
    expect(await world.store().retire(old!.slot)).toBe(false);
    expect(await world.states()).toEqual(['retiring', 'current']);
  });

  it('cannot be stored once it has retired', async () => {
    const late = (await world.open({ environment })).rootKeys;
    const keeper = world.keeper(rootKeys);
    await keeper.rotate();
    for (let i = 0; i < 3; i++) await keeper.step();
    expect(await world.states()).toEqual(['retired', 'current']);
    await expect(world.seal(late, 1)).rejects.toThrow('foreign key constraint fails');
  });

  it('and does not open stays as it is, is counted, and holds up no other', async () => {
    await world.seal(rootKeys, ...ids);
    const keeper = world.keeper(rootKeys);
    for (const id of [1, 4]) await world.rows('UPDATE credential SET sealed = CONCAT(sealed, 0x00) WHERE id = ?', [id]);
    await keeper.rotate();
    for (let i = 0; i < 3; i++) await keeper.step();
    expect(await keeper.progress()).toEqual({ state: 'resealing', left: { credential: 2 }, failed: 2 });
    expect(await world.states()).toEqual(['retiring', 'current']);
    for (const id of [1, 4])
      await world.rows('UPDATE credential SET sealed = LEFT(sealed, LENGTH(sealed) - 1) WHERE id = ?', [id]);
    await keeper.step();
    expect(await world.states()).toEqual(['retired', 'current']);
    expect(await sealers(rootKeys)).toEqual(new Set([rootKeys.fingerprint]));
  });
});
