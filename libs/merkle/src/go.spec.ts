import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCheckpoint } from './checkpoint';
import { GrowingTree } from './growing-tree';
import { TestSigner } from './notes.testing';
import { consistencyNodes, hashesOfNodes, inclusionNodes } from './proofs';
import { formatNoteKey, parseNoteKey } from './signed-note';
import { leafHash } from './tree-hash';

// Programs of others read our checkpoints and proofs: here the packages note and tlog of golang.org/x/mod.

const folder = mkdtempSync(join(tmpdir(), 'merkle-go-'));
afterAll(() => rmSync(folder, { recursive: true }));

const program = join(folder, 'check');
const built = spawnSync('go', ['build', '-o', program, '.'], {
  cwd: join(__dirname, 'go'),
  env: { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly' },
  timeout: 60_000,
});
if (built.status !== 0)
  process.stderr.write('skipped: checkpoints and proofs checked by Go, which is not installed or lacks golang.org/x/mod\n');
const itIfBuilt = built.status === 0 ? it : it.skip;

const leaves = Array.from({ length: 300 }, (_, index) => Buffer.from(`leaf ${index}`));
const treeOf = (from: number, to: number): Buffer => {
  const tree = new GrowingTree();
  for (const leaf of leaves.slice(from, to)) tree.append(leafHash(leaf));
  return tree.root();
};
const base64 = async (nodes: ReturnType<typeof inclusionNodes>) => {
  const hashes = await hashesOfNodes(nodes, async (subtrees) =>
    subtrees.map(({ level, index }) => treeOf(index * 2 ** level, (index + 1) * 2 ** level)),
  );
  return hashes.map((hash) => hash.toString('base64'));
};

const signer = new TestSigner();
const evidence = async () => ({
  Key: formatNoteKey(signer.key),
  Older: signer.checkpoint(77, treeOf(0, 77)),
  Newer: signer.checkpoint(300, treeOf(0, 300)),
  Consistency: await base64(consistencyNodes(77, 300)),
  Index: 290,
  Leaf: leaves[290]!.toString('base64'),
  Inclusion: await base64(inclusionNodes(290, 300)),
});
const check = (input: object) => spawnSync(program, { input: JSON.stringify(input), encoding: 'utf8', timeout: 60_000 });

itIfBuilt('Go accepts our checkpoints and proofs, and we accept its checkpoint', async () => {
  const { stdout, stderr } = check(await evidence());
  expect(stderr).toBe('');
  const { key, checkpoint } = JSON.parse(stdout) as { key: string; checkpoint: string };
  expect(openCheckpoint(checkpoint, parseNoteKey(key))).toMatchObject({ size: 300, root: treeOf(0, 300) });
});

itIfBuilt('Go refuses what does not belong together', async () => {
  const right = await evidence();
  for (const wrong of [
    { ...right, Index: 289 },
    { ...right, Older: right.Older.replace('\n77\n', '\n78\n') },
    { ...right, Older: signer.checkpoint(77, treeOf(1, 78)) },
  ])
    expect(check(wrong)).toMatchObject({ status: 1, stdout: '' });
});
