import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  chainHash,
  chainStart,
  consistencyNodes,
  emptyRoot,
  formatNoteKey,
  GrowingTree,
  hashesOfNodes,
  inclusionNodes,
  leafHash,
  type LeafRange,
} from '@strongroom/merkle';
import { TestSigner } from '@strongroom/merkle/testing';
import { EXIT, runVerify } from './run-verify';

const folder = mkdtempSync(join(tmpdir(), 'strongroom-verify-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, ...lines: (string | object)[]) => {
  const path = join(folder, name);
  writeFileSync(path, lines.map((line) => (typeof line === 'string' ? line : `${JSON.stringify(line)}\n`)).join(''));
  return path;
};

const signer = new TestSigner();
const key = formatNoteKey(signer.key);
const SIZE = 20;

/** A trail of 20 events, of which one may have another name than it had at first. */
const trailOf = (changed?: number) => {
  const records = Array.from({ length: SIZE }, (_, i) =>
    JSON.stringify([
      1,
      `id-${i + 1}`,
      '2026-10-01T00:00:00.000Z',
      'kms.amazonaws.com',
      i + 1 === changed ? 'Harmless' : 'Decrypt',
    ]),
  );
  const hashes = [chainStart('000000000000')];
  for (const [i, record] of records.entries()) hashes.push(chainHash(hashes[i]!, i + 1, record));
  const root = (from: number, to: number) => {
    const tree = new GrowingTree();
    for (const hash of hashes.slice(from + 1, to + 1)) tree.append(leafHash(hash));
    return tree.root();
  };
  const proof = async (nodes: LeafRange[]) =>
    (
      await hashesOfNodes(nodes, async (subtrees) =>
        subtrees.map(({ level, index }) => root(index * 2 ** level, (index + 1) * 2 ** level)),
      )
    ).map((hash) => hash.toString('hex'));
  return {
    checkpoint: (size = SIZE) => signer.checkpoint(size, root(0, size)),
    inclusion: async (sequence: number) => ({
      type: 'inclusion',
      sequence,
      size: SIZE,
      hashes: await proof(inclusionNodes(sequence - 1, SIZE)),
      record: records[sequence - 1]!,
      previousHash: hashes[sequence - 1]!.toString('hex'),
      checkpoint: signer.checkpoint(SIZE, root(0, SIZE)),
    }),
    consistency: async (fromSize: number) => ({
      type: 'consistency',
      fromSize,
      toSize: SIZE,
      hashes: await proof(consistencyNodes(fromSize, SIZE)),
      checkpoint: signer.checkpoint(SIZE, root(0, SIZE)),
    }),
    events: records.map((record, i) => ({ sequence: i + 1, record })),
  };
};
const trail = trailOf();
const forged = trailOf(3);

const run = async (...args: string[]) => {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runVerify(args, { line: (text) => out.push(text), error: (text) => err.push(text) });
  return { code, out: out.join('\n'), err: err.join('\n') };
};
const older = file('older', trail.checkpoint(7));

describe('a checkpoint of last month', () => {
  it('is proven to be the beginning of the trail of today', async () => {
    const proof = file('today', await trail.consistency(7), await trail.inclusion(3));
    const { code, out } = await run('--key', key, '--checkpoint', older, '--proof', proof);
    expect(out).toBe(
      [
        `proven: the checkpoint of 7 events of ${signer.origin} is genuine`,
        `proven: the checkpoint of 20 events of ${signer.origin} is genuine`,
        'proven: none of the first 7 events has changed in the trail of 20 events',
        'proven: event 3 is in the checkpoint of 20 events: 2026-10-01T00:00:00.000Z Decrypt (kms.amazonaws.com), id id-3',
      ].join('\n'),
    );
    expect(code).toBe(EXIT.proven);
    expect(await run('--quiet', '--key', file('key', `${key}\n`), '--checkpoint', older, '--proof', proof)).toEqual({
      code: EXIT.proven,
      out: '',
      err: '',
    });
  });

  it('shows that an event before it has changed', async () => {
    const proof = file('forged', await forged.consistency(7));
    const { code, out } = await run('--key', key, '--checkpoint', older, '--proof', proof);
    expect(code).toBe(EXIT.contradiction);
    expect(out).toContain('CHANGED: ');
    expect(out).toContain('does not begin with the checkpoint of 7 events');
  });

  it('is not proven by nothing', async () => {
    const proof = file('other', await trail.inclusion(3));
    const { code, out } = await run('--key', key, '--checkpoint', older, '--proof', proof);
    expect(code).toBe(EXIT.open);
    expect(out).toContain('not proven: nothing shows that the trail of 20 events begins with the checkpoint of 7 events');
    const { checkpoint: _, ...bare } = await trail.consistency(7);
    expect(await run('--key', key, '--checkpoint', older, '--proof', file('bare', bare))).toMatchObject({ code: EXIT.open });
  });

  it('is compared with all events', async () => {
    const both = file('both', trail.checkpoint(7), '\n', trail.checkpoint());
    const events = file('events', ...trail.events);
    expect(await run('--key', key, '--checkpoint', both, '--events', events)).toMatchObject({ code: EXIT.proven });
    expect(await run('--key', key, '--checkpoint', older, '--events', events)).toMatchObject({
      code: EXIT.open,
      out: expect.stringContaining('no checkpoint covers the events 8 to 20'),
    });
    const changed = file('changed', ...forged.events);
    expect(await run('--key', key, '--checkpoint', both, '--events', changed)).toMatchObject({ code: EXIT.contradiction });
    const without = file('without', ...trail.events.filter(({ sequence }) => sequence !== 5));
    expect(await run('--key', key, '--checkpoint', both, '--events', without)).toMatchObject({
      code: EXIT.open,
      out: expect.stringContaining('goes on after event 4 with event 6'),
    });
  });
});

describe('it believes', () => {
  it('no checkpoint of another key', async () => {
    const foreign = file('foreign', new TestSigner().checkpoint(7, emptyRoot));
    expect(await run('--key', key, '--checkpoint', foreign)).toMatchObject({
      code: EXIT.contradiction,
      out: expect.stringContaining('not genuine'),
    });
  });

  it('no two checkpoints of one size', async () => {
    const two = file('two', trail.checkpoint(7), signer.checkpoint(7, emptyRoot));
    expect(await run('--key', key, '--checkpoint', two)).toMatchObject({
      code: EXIT.contradiction,
      out: expect.stringContaining('two genuine checkpoints of 7 events'),
    });
  });

  it('no proof of another event, place or hash', async () => {
    const right = await trail.inclusion(3);
    for (const [at, wrong] of [
      { ...right, record: right.record.replace('Decrypt', 'Encrypt') },
      { ...right, sequence: 4 },
      { ...right, previousHash: '00'.repeat(32) },
      { ...right, hashes: right.hashes.slice(1) },
    ].entries()) {
      const proof = file(`wrong-${at}`, wrong, await trail.consistency(7));
      expect(await run('--key', key, '--checkpoint', older, '--proof', proof)).toMatchObject({ code: EXIT.contradiction });
    }
  });
});

it.each<[string, () => string[], string]>([
  ['no key', () => ['--checkpoint', older], '--key must be given'],
  ['a key that is none', () => ['--key', 'x', '--checkpoint', older], '--key: the key must be name+id+key'],
  ['no checkpoint', () => ['--key', key], '--checkpoint must be given'],
  ['a file that is not there', () => ['--key', key, '--checkpoint', '/nowhere'], '/nowhere: there is no such file'],
  ['a file without a checkpoint', () => ['--key', key, '--checkpoint', file('empty', '')], 'there is no checkpoint in it'],
  ['an unknown option', () => ['--frob'], "Unknown option '--frob'"],
  [
    'a proof of nothing',
    () => ['--key', key, '--checkpoint', older, '--proof', file('p1', '{"hashes":[]}\n')],
    'line 1: type must be',
  ],
  [
    'a proof that is no JSON',
    () => ['--key', key, '--checkpoint', older, '--proof', file('p2', 'x\n')],
    'line 1: the line must be JSON',
  ],
  [
    'hashes that are none',
    () => [
      '--key',
      key,
      '--checkpoint',
      older,
      '--proof',
      file('p3', { type: 'consistency', fromSize: 1, toSize: 2, hashes: ['x'] }),
    ],
    'hashes must be',
  ],
  [
    'events that are none',
    () => ['--key', key, '--checkpoint', older, '--events', file('e1', '{"sequence":0}\n')],
    'sequence must be',
  ],
])('refuses %s', async (_, args, message) => {
  expect(await run(...args())).toEqual({ code: EXIT.usage, out: '', err: expect.stringContaining(message) });
});

it('helps', async () => {
  expect(await run('--help')).toMatchObject({ code: 0, out: expect.stringContaining('--checkpoint FILE') });
  expect(await run('--version')).toEqual({ code: 0, out: 'none', err: '' });
});
