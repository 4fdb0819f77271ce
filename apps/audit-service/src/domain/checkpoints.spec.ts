import { createHash } from 'node:crypto';
import { ManualClock } from '@strongroom/clock';
import { openCheckpoint, parseNoteKey } from '@strongroom/merkle';
import { silentLogger } from '@strongroom/telemetry';
import { CheckpointRounds } from './checkpoint-rounds';
import { Checkpoints } from './checkpoints';
import { FakeSigner } from './hashing/fake-signer.testing';
import { TILE_WIDTH, TrailTree } from './trail-tree';
import { TreeCheck } from './tree-check';
import { InMemoryTree } from './tree.testing';

const accountId = '000000000000';
const hashOf = (text: string) => createHash('sha256').update(text).digest();

const setUp = (length = 3) => {
  const stored = new InMemoryTree(Array.from({ length }, (_, i) => hashOf(`event ${i + 1}`))).grow();
  const tree = new TrailTree(stored);
  const signer = new FakeSigner();
  const head = async () => ({ accountId, sequence: stored.hashes.length, hash: stored.hashes.at(-1)! });
  const cluster = { trustDomain: 'strongroom.local', region: 'us-east-1' };
  const checkpoints = new Checkpoints({ store: stored, reader: { head }, tree, signer, clock: new ManualClock(), cluster });
  const add = (...events: string[]) => stored.hashes.push(...events.map(hashOf));
  const opened = async (note: string) => openCheckpoint(note, parseNoteKey((await checkpoints.keys(accountId))[0]!));
  const check = new TreeCheck(stored, tree, stored, checkpoints);
  const findings = async (first = 1, last = stored.hashes.length) => {
    const found: string[] = [];
    for await (const { kind, sequence } of check.findings(accountId, first, last, {})) found.push(`${kind} ${sequence}`);
    return found;
  };
  return { stored, tree, signer, head, checkpoints, add, opened, findings };
};

describe('a checkpoint', () => {
  it('is the root of the present tree, signed in the name of the account', async () => {
    const { checkpoints, opened, tree } = setUp();
    const { note, size, createdAt } = await checkpoints.now(accountId);
    expect(size).toBe(3);
    expect(createdAt).toEqual(new Date('2026-01-01T00:00:00Z'));
    const origin = 'strongroom.local/us-east-1/trail/000000000000';
    expect(await opened(note)).toEqual({ origin, size: 3, root: await tree.root(accountId, 3, {}) });
  });

  it('is made once for each size, whoever asks', async () => {
    const { checkpoints, signer, add } = setUp();
    const [one, other] = await Promise.all([checkpoints.now(accountId), checkpoints.now(accountId)]);
    expect(one).toEqual(other);
    expect(await checkpoints.now(accountId)).toEqual(one);
    expect(signer.signed).toBe(1);
    add('event 4');
    expect((await checkpoints.now(accountId)).size).toBe(4);
    expect(await checkpoints.ofSize(accountId, 3, {})).toEqual(one);
    await expect(checkpoints.ofSize(accountId, 2, {})).rejects.toMatchObject({ reason: 'ResourceNotFoundException' });
  });

  it('is refused for a trail that contradicts the last one', async () => {
    const { checkpoints, signer, add, stored } = setUp();
    await checkpoints.now(accountId);
    add('event 4');
    stored.hashes[1] = hashOf('another event');
    await expect(checkpoints.now(accountId)).rejects.toMatchObject({ reason: 'InternalServiceError' });
    stored.hashes[1] = hashOf('event 2');
    stored.checkpoints[0]!.note = stored.checkpoints[0]!.note.replace('\n3\n', '\n2\n');
    await expect(checkpoints.now(accountId)).rejects.toMatchObject({ reason: 'InternalServiceError' });
    expect(signer.signed).toBe(1);
  });

  it('waits for crypto-keyservice, and is made when it is back', async () => {
    const { checkpoints, signer } = setUp();
    signer.away = true;
    await expect(checkpoints.now(accountId)).rejects.toMatchObject({ kind: 'unavailable' });
    signer.away = false;
    await expect(checkpoints.now(accountId)).resolves.toMatchObject({ size: 3 });
  });
});

describe('the tree is compared with the events', () => {
  it('finds nothing where nothing was changed, in one piece or in several', async () => {
    const { checkpoints, add, findings } = setUp(TILE_WIDTH + 10);
    await checkpoints.now(accountId);
    add('more', 'and more');
    await checkpoints.now(accountId);
    expect(await findings()).toEqual([]);
    expect(await findings(TILE_WIDTH + 5)).toEqual([]);
  });

  it('finds an event that was changed, with the chain, after it was signed', async () => {
    const { checkpoints, stored, add, findings } = setUp(TILE_WIDTH + 10);
    await checkpoints.now(accountId);
    add('more');
    await checkpoints.now(accountId);
    stored.hashes[2] = hashOf('another event');
    expect(await findings()).toEqual(['tree-changed 256', 'checkpoint-invalid 266', 'checkpoint-invalid 267']);
    expect(await findings(1, 200)).toEqual([]);
    // The tree was made to fit.
    stored.grow();
    expect(await findings()).toEqual(['checkpoint-invalid 266', 'checkpoint-invalid 267']);
  });

  it('finds a node and a checkpoint that were changed', async () => {
    const { checkpoints, stored, findings } = setUp(TILE_WIDTH);
    const { note } = await checkpoints.now(accountId);
    stored.stored.set('8 0', hashOf('another node'));
    expect(await findings()).toEqual(['tree-changed 256']);
    stored.grow();
    stored.checkpoints[0]!.note = note.replace('\n256\n', '\n255\n');
    expect(await findings()).toEqual(['checkpoint-invalid 256']);
  });

  it('says nothing where events are missing', async () => {
    const { checkpoints, stored, findings } = setUp(TILE_WIDTH + 10);
    await checkpoints.now(accountId);
    stored.hashes[TILE_WIDTH + 3] = undefined;
    expect(await findings()).toEqual([]);
  });
});

describe('rounds', () => {
  const rounds = () => {
    const { stored, head, checkpoints, signer, add } = setUp();
    const counts = { made: 0, failed: 0 };
    const place = {
      name: '/somewhere',
      kind: 'file',
      notes: [] as string[],
      isAway: false,
      put: async (note: string) => {
        if (place.isAway) throw new Error('the place is away');
        place.notes.push(note);
      },
    };
    const round = new CheckpointRounds({
      trail: { heads: async () => [await head()] },
      store: stored,
      checkpoints,
      places: [place],
      logger: silentLogger,
      metrics: { checkpointed: () => counts.made++, checkpointFailed: () => counts.failed++ },
    });
    return { round: () => round.round(), place, stored, signer, counts, add };
  };

  it('make a checkpoint of what has grown, and copy it once', async () => {
    const { round, place, stored, counts, add } = rounds();
    expect(await round()).toBe(true);
    expect(await round()).toBe(true);
    add('event 4');
    expect(await round()).toBe(true);
    expect(place.notes).toEqual(stored.checkpoints.map(({ note }) => note));
    expect(place.notes).toHaveLength(2);
    expect(counts).toEqual({ made: 2, failed: 0 });
  });

  it('do later what fails, and count it', async () => {
    const { round, place, signer, counts } = rounds();
    signer.away = true;
    expect(await round()).toBe(false);
    signer.away = false;
    place.isAway = true;
    expect(await round()).toBe(false);
    expect(counts).toEqual({ made: 1, failed: 2 });
    place.isAway = false;
    expect(await round()).toBe(true);
    expect(place.notes).toHaveLength(1);
  });
});
