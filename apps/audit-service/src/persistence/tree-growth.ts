import { leafHash } from '@strongroom/merkle';
import type { Statements } from '@strongroom/database';
import { MAX_EVENTS } from '../domain/event-block';
import { rootOf, TILE_LEVELS, TILE_WIDTH } from '../domain/trail-tree';
import { BlockError, hashesIn, prefixLength } from './block-codec';

/** Nodes of the lowest stored level that one transaction adds at most; each stands for 256 events. */
export const MAX_TILES = 64;

type Query = Statements['query'];

/** As `TreeReader.chainHashes`. */
export const chainHashes = async (
  query: Query,
  accountId: string,
  first: number,
  last: number,
): Promise<Buffer[] | undefined> => {
  const rows = await query<{ first_sequence: number; prefix: Buffer }>(
    `SELECT first_sequence, LEFT(records, ${prefixLength(MAX_EVENTS)}) AS prefix FROM event_block
     WHERE account_id = ? AND first_sequence <= ? AND first_sequence >=
       COALESCE((SELECT MAX(b.first_sequence) FROM event_block b WHERE b.account_id = ? AND b.first_sequence <= ?), 0)
     ORDER BY first_sequence`,
    [accountId, last, accountId, first],
  );
  const hashes: Buffer[] = [];
  for (const row of rows) {
    const start = Number(row.first_sequence);
    const ofBlock = readable(row.prefix);
    if (!ofBlock) return undefined;
    for (const [index, hash] of ofBlock.entries()) {
      const sequence = start + index;
      if (sequence < first || sequence > last) continue;
      if (sequence !== first + hashes.length) return undefined;
      hashes.push(hash);
    }
  }
  return hashes.length === last - first + 1 ? hashes : undefined;
};

const readable = (prefix: Buffer): Buffer[] | undefined => {
  try {
    return hashesIn(prefix);
  } catch (error) {
    if (error instanceof BlockError) return undefined;
    throw error;
  }
};

/** As `TreeReader.nodes`. */
export const treeNodes = async (
  query: Query,
  accountId: string,
  level: number,
  first: number,
  last: number,
): Promise<Map<number, Buffer>> => {
  const rows = await query<{ place: number; hash: Buffer }>(
    'SELECT place, hash FROM tree_node WHERE account_id = ? AND level = ? AND place BETWEEN ? AND ?',
    [accountId, level, first, last],
  );
  return new Map(rows.map(({ place, hash }) => [Number(place), hash]));
};

/** Whoever comes second has computed the same. */
export const insertNode = 'INSERT IGNORE INTO tree_node (account_id, level, place, hash) VALUES (?, ?, ?, ?)';

/** Whether these events, added to the trail, complete a node of the tree. */
export const completesNode = (first: number, last: number): boolean =>
  Math.floor(last / TILE_WIDTH) > Math.floor((first - 1) / TILE_WIDTH);

/**
 * Adds the nodes that the events up to `last` complete, in the transaction that adds these, or later: at most `MAX_TILES` of the
 * lowest level. Stops where events are missing: to find that is for VerifyTrail, and nobody else must stop for it.
 *
 * @returns whether all are there
 */
export const growTree = async ({ query, execute }: Statements, accountId: string, last: number): Promise<boolean> => {
  const [row] = await query<{ place: number | null }>(
    'SELECT MAX(place) AS place FROM tree_node WHERE account_id = ? AND level = ?',
    [accountId, TILE_LEVELS],
  );
  const start = row?.place == null ? 0 : Number(row.place) + 1;
  const end = Math.floor(last / TILE_WIDTH);
  for (let tile = start; tile < Math.min(end, start + MAX_TILES); tile++) {
    const hashes = await chainHashes(query, accountId, tile * TILE_WIDTH + 1, (tile + 1) * TILE_WIDTH);
    if (!hashes) return true;
    await execute(insertNode, [accountId, TILE_LEVELS, tile, rootOf(hashes.map(leafHash))]);
    await completeAbove({ query, execute }, accountId, tile);
  }
  return end <= start + MAX_TILES;
};

/** The nodes of the levels above that are complete with this one. */
const completeAbove = async ({ query, execute }: Statements, accountId: string, tile: number): Promise<void> => {
  let level = TILE_LEVELS;
  for (let place = tile; place % TILE_WIDTH === TILE_WIDTH - 1; place = (place - TILE_WIDTH + 1) / TILE_WIDTH) {
    const first = place - TILE_WIDTH + 1;
    const nodes = await treeNodes(query, accountId, level, first, place);
    const inOrder = Array.from({ length: TILE_WIDTH }, (_, index) => nodes.get(first + index));
    if (!inOrder.every((node) => node !== undefined)) return;
    level += TILE_LEVELS;
    await execute(insertNode, [accountId, level, first / TILE_WIDTH, rootOf(inOrder)]);
  }
};
