import { InMemoryRecorder, type AuditEvent } from '@strongroom/audit-trail';
import { DAY, ManualClock } from '@strongroom/clock';
import { openHotPool } from '@strongroom/database';
import { GrowingTree, leafHash, provesConsistency } from '@strongroom/merkle';
import { systemRandom } from '@strongroom/random';
import type { RowDataPacket } from 'mysql2/promise';
import { ChainWriter } from '../domain/chain-writer';
import { Checkpoints } from '../domain/checkpoints';
import { feed } from '../domain/feed';
import { FakeSigner } from '../domain/hashing/fake-signer.testing';
import { Retention } from '../domain/retention';
import { TrailCuts } from '../domain/trail-cuts';
import { TrailTree } from '../domain/trail-tree';
import { encoded, FakeAnchor, FakeSealer, testEvent } from '../domain/trail.testing';
import { TreeCheck } from '../domain/tree-check';
import { TrailVerifier } from '../domain/verification';
import { migrations } from './migrations';
import { DatabaseRetention } from './trail-removal';
import { createTrailDatabase, type TrailDatabase } from './trail-database.testing';
import { DatabaseTrail } from './trail.repository';
import { DatabaseTree } from './tree.repository';

const accountId = '000000000000';
const NOW = new Date('2026-11-24T10:30:00Z');
/** Of the old events, of which 512 may go, and of those of today. */
const [OLD, NEW] = [600, 100];
const LENGTH = OLD + NEW;

let trail: TrailDatabase;
let repository: DatabaseTrail;
let trees: DatabaseTree;
let writer: ChainWriter;
const [sealer, cutSealer, anchor] = [new FakeSealer(), new FakeSealer(), new FakeAnchor()];
const clock = new ManualClock(NOW);

const setUp = async (upTo = migrations) => {
  trail = await createTrailDatabase(upTo);
  const pool = await trail.connect();
  repository = new DatabaseTrail(pool);
  trees = new DatabaseTree(pool);
  writer = new ChainWriter(repository);
};
afterEach(() => trail.drop());

const add = (count: number, event: Partial<AuditEvent>) =>
  writer.append(Array.from({ length: count }, () => encoded(testEvent({ ...event }))));

/** Events of 100 days ago and of today; a checkpoint after 100, 300 and all of them. */
const fill = async () => {
  const eventTime = new Date(NOW.getTime() - 100 * DAY);
  const { checkpoints } = parts();
  await add(100, { eventTime });
  await checkpoints.now(accountId);
  await add(200, { eventTime });
  await checkpoints.now(accountId);
  await add(OLD - 300, { eventTime });
  const [head] = await add(NEW, { eventTime: NOW });
  await checkpoints.now(accountId);
  await repository.addSeal({ ...head!, blob: await sealer.seal(head!) });
  return head!;
};

const signer = new FakeSigner();
const parts = () => {
  const tree = new TrailTree(trees);
  const cluster = { trustDomain: 'strongroom.local', region: 'us-east-1' };
  const checkpoints = new Checkpoints({ store: trees, reader: repository, tree, signer, clock, cluster });
  const cuts = new TrailCuts(trees, cutSealer);
  const options = { cuts, tree: new TreeCheck(trees, tree, trees, checkpoints), stride: 200 };
  const verifier = new TrailVerifier(repository, sealer, anchor, clock, { ...options, most: Infinity });
  return { tree, checkpoints, cuts, verifier };
};

const findings = async () => {
  const { findings, eventsVerified } = await parts().verifier.verify(accountId, {}, {});
  return { found: findings.map(({ kind, sequence }) => `${kind} ${sequence}`), eventsVerified };
};

const retain = async (days: number, isDry = false) => {
  const { host, port, name, user, password } = trail.database;
  const pool = await openHotPool({ host, port, name, user, password });
  const recorder = new InMemoryRecorder();
  const { cuts, verifier } = parts();
  const store = new DatabaseRetention(pool);
  const options = { cuts, verifier, sealer: cutSealer, recorder, clock, random: systemRandom, region: 'us-east-1' };
  try {
    const retained = [];
    for await (const one of new Retention({ store, ...options }).run(days, isDry)) retained.push(one);
    return { retained, events: recorder.events };
  } finally {
    await pool.close();
  }
};

const count = async (table: string) => {
  const [[row]] = await trail.database.admin.query<RowDataPacket[]>(`SELECT COUNT(*) AS n FROM ${table}`);
  return Number(row!['n']);
};
const nodes = async () => {
  const [rows] = await trail.database.admin.query<RowDataPacket[]>(
    'SELECT level, place FROM tree_node WHERE level >= 8 ORDER BY 1, 2',
  );
  return rows.map(({ level, place }) => `${level} ${place}`);
};

const rootOf = (hashes: readonly Buffer[]) => {
  const tree = new GrowingTree();
  for (const hash of hashes) tree.append(leafHash(hash));
  return tree.root();
};

describe('the tree', () => {
  it('grows with the blocks, and has the root of the chain', async () => {
    await setUp();
    // Blocks of one event, and one that completes three nodes.
    for (let i = 0; i < 5; i++) await add(1, {});
    await add(800, {});
    expect(await nodes()).toEqual(['8 0', '8 1', '8 2']);
    const events = await repository.after(accountId, 0, 805);
    expect(await parts().tree.root(accountId, 805, {})).toEqual(rootOf(events.map(({ hash }) => hash)));
  });

  it('is made for a trail of before in pages, after an interruption too', async () => {
    await setUp(migrations.slice(0, -1));
    // The older version never asks for the table of nodes: a transaction that would complete one is no transaction of its.
    await add(250, {});
    await trail.migrate();
    await add(450, {});
    expect(await nodes()).toEqual(['8 0', '8 1']);
    // What the older version would have left, and an interruption of the migration.
    await trail.database.admin.query('DELETE FROM tree_node WHERE place > 0');
    await trail.database.admin.query("DELETE FROM migration WHERE name LIKE 'KeepTree%'");
    await trail.migrate();
    expect(await nodes()).toEqual(['8 0', '8 1']);
    // Added by an older version beside the newer one: the next node brings it along.
    await trail.database.admin.query('DELETE FROM tree_node');
    await add(100, {});
    expect(await nodes()).toEqual(['8 0', '8 1', '8 2']);
    expect((await findings()).found.filter((found) => !found.startsWith('seal'))).toEqual([]);
  });

  it('keeps nobody from storing events where one was removed by force', async () => {
    await setUp();
    await add(200, {});
    await trail.database.admin.query('DELETE FROM event_block');
    await trail.database.admin.query('DELETE FROM event_identity');
    await expect(add(100, {})).resolves.toHaveLength(1);
    expect(await nodes()).toEqual([]);
  });
});

describe('retention', () => {
  it('removes what is old, and leaves what proves it', async () => {
    await setUp();
    const head = await fill();
    expect((await retain(90, true)).retained).toEqual([{ accountId, cutAt: 512, removed: 0 }]);
    expect(await findings()).toEqual({ found: [], eventsVerified: LENGTH });
    const whole = await repository.after(accountId, 0, LENGTH);

    const { retained, events } = await retain(90);
    // The block that has event 513 begins before it, and stays as a whole.
    const [first] = await repository.after(accountId, 0, 1);
    expect(first!.sequence).toBeGreaterThan(256);
    expect(retained).toEqual([{ accountId, cutAt: 512, removed: first!.sequence - 1 }]);
    expect(events).toEqual([
      expect.objectContaining({
        eventName: 'RemoveExpiredEvents',
        recipientAccountId: accountId,
        requestParameters: { days: '90', fromSequence: '1', toSequence: '512' },
      }),
    ]);
    expect(await count('event_identity')).toBe(LENGTH - first!.sequence + 1);
    expect(await repository.head(accountId)).toEqual(head);
    expect(await findings()).toEqual({ found: [], eventsVerified: LENGTH - 512 });
    expect((await retain(90)).retained).toEqual([{ accountId, cutAt: 512, removed: 0 }]);

    // What somebody has kept since before the cut is still proven.
    const { tree, checkpoints } = parts();
    const to = { size: LENGTH, root: rootOf(whole.map(({ hash }) => hash)) };
    for (const size of [100, 300]) {
      const { root } = await checkpoints.open(accountId, await checkpoints.ofSize(accountId, size, {}));
      const proof = await tree.consistency(accountId, size, LENGTH, {});
      expect(provesConsistency({ from: { size, root }, to, proof })).toBe(true);
    }
    await add(1, { eventTime: NOW });
    await expect(checkpoints.now(accountId)).resolves.toMatchObject({ size: LENGTH + 1 });
  });

  it('continues a verification from a place that it has removed', async () => {
    await setUp();
    await fill();
    const steps = [];
    for await (const { checkpoint } of parts().verifier.verifyOn(accountId, undefined, {})) steps.push(checkpoint!);
    await retain(90);
    for (const after of steps) {
      const results = [];
      for await (const { result } of parts().verifier.verifyOn(accountId, after, {})) results.push(result);
      expect(results.at(-1)).toMatchObject({ valid: true, findings: [], lastSequence: LENGTH });
    }
  });

  it('lets nobody else remove the beginning', async () => {
    await setUp();
    await fill();
    const { admin } = trail.database;
    await admin.query('DELETE FROM event_block WHERE last_sequence <= 300');
    expect((await findings()).found[0]).toBe('missing 1');
    const { hash } = (await repository.after(accountId, 511, 1))[0]!;
    await admin.query('INSERT INTO trail_cut VALUES (?, 512, ?, ?, NOW(3))', [accountId, hash, Buffer.from('a seal')]);
    expect((await findings()).found.slice(0, 2)).toEqual(['missing 1', 'seal-invalid 512']);
    expect((await retain(90)).retained).toEqual([
      expect.objectContaining({ removed: 0, refusal: expect.stringContaining('forged') }),
    ]);
    // A genuine one for another place.
    await admin.query('DELETE FROM trail_cut');
    const blob = await cutSealer.seal({ accountId, sequence: 256, hash });
    await admin.query('INSERT INTO trail_cut VALUES (?, 512, ?, ?, NOW(3))', [accountId, hash, blob]);
    expect((await findings()).found.slice(0, 2)).toEqual(['missing 1', 'seal-invalid 512']);
  });

  it('removes nothing that was tampered with', async () => {
    await setUp();
    await fill();
    await trail.database.admin.query("UPDATE event_block SET records = CONCAT(records, 'x') WHERE first_sequence = 101");
    const { retained, events } = await retain(90);
    expect(retained).toEqual([
      expect.objectContaining({ cutAt: 0, removed: 0, refusal: expect.stringContaining('event 101: changed') }),
    ]);
    expect(events).toEqual([]);
    expect(await count('trail_cut')).toBe(0);
  });

  it('hands a follower who is behind what is left, and lets a new one begin', async () => {
    await setUp();
    await fill();
    await retain(90);
    const [first] = await repository.after(accountId, 0, 1);
    const next = (after: number) => {
      const ending = new AbortController();
      const told: Error[] = [];
      const unreadable = (_: string, error: Error) => void told.push(error);
      const pause = async () => ending.abort();
      const events = feed({
        reader: repository,
        after: new Map([[accountId, after]]),
        signal: ending.signal,
        clock,
        unreadable,
        pause,
      });
      return events.next().then(({ value }) => {
        if (told[0]) throw told[0];
        return value as unknown;
      });
    };
    // The next sequence after 5 tells the follower how many are gone.
    for (const behind of [0, 5]) {
      expect(first!.sequence).toBeGreaterThan(behind + 1);
      expect(await next(behind)).toMatchObject({ events: expect.arrayContaining([first]) });
    }
    expect(await next(first!.sequence - 1)).toMatchObject({ accountId });
  });

  it('leaves the newest block, however old', async () => {
    await setUp();
    await add(600, { eventTime: new Date(NOW.getTime() - 100 * DAY) });
    const { retained } = await retain(1);
    expect(retained[0]!.cutAt).toBe(512);
    expect((await repository.head(accountId)).sequence).toBe(600);
  });

  it('is not for the user that serves', async () => {
    await setUp();
    await add(600, { eventTime: new Date(NOW.getTime() - 100 * DAY) });
    await expect(new DatabaseRetention(await trail.connect()).remove(accountId, 512)).rejects.toMatchObject({
      code: 'ER_TABLEACCESS_DENIED_ERROR',
    });
    expect(await count('event_identity')).toBe(600);
  });
});
