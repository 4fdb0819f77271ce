import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { silentLogger } from '@strongroom/telemetry';
import { eventually, temporaryDirectory } from '@strongroom/testing';
import { emptyChain, link } from '../domain/chain';
import { intoBlocks } from '../domain/event-block';
import { TERM_SET } from '../domain/event-terms';
import { inspectEvents } from '../domain/inspection';
import type { PackedBlock } from '../domain/trail.port';
import { encoded, testEvent } from '../domain/trail.testing';
import { packEvents } from '../persistence/block-codec';
import { InspectionPool } from './inspection-pool';

const folder = temporaryDirectory('inspection-pool');
const file = join(folder.path, 'main.js');
const pools: InspectionPool[] = [];

beforeAll(async () => {
  const script = `import { bundle } from './tools/bundling.mjs'; await bundle('apps/audit-service/src/main.ts', process.argv[1])`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, file]);
}, 60_000);
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.stop()));
  folder.remove();
});

const poolOf = (options: { threads?: number; idleMs?: number; file?: string } = {}): InspectionPool => {
  const pool = new InspectionPool({ logger: silentLogger, file, ...options });
  pools.push(pool);
  return pool;
};

const [block] = intoBlocks(
  link(
    emptyChain('000000000000'),
    Array.from({ length: 100 }, () => encoded(testEvent())),
  ),
);
const packed = async (change: Partial<PackedBlock> = {}): Promise<PackedBlock> => {
  const { events, ...bounds } = block!;
  return { ...bounds, termSet: TERM_SET, records: await packEvents(events), ...change };
};

it('inspects blocks in threads, as the event loop would', async () => {
  const pool = poolOf({ threads: 2 });
  const expected = inspectEvents(await packed(), block!.events)!;
  const orders = Array.from({ length: 20 }, async () => pool.inspect(await packed()));
  for (const inspection of await Promise.all(orders)) {
    expect(inspection!.firstRecord).toBe(expected.firstRecord);
    for (const part of ['hashes', 'eventIds', 'terms', 'offsets'] as const)
      expect([...inspection![part]]).toEqual([...expected[part]]);
  }
  expect(pool.size).toBe(2);
  expect(await pool.inspect(await packed({ firstTime: 0 }))).toBeUndefined();
  expect(await pool.inspect(await packed({ records: Buffer.from('none') }))).toBeUndefined();
});

it('ends its threads when there is nothing to do, and begins others', async () => {
  const pool = poolOf({ threads: 1, idleMs: 0 });
  expect(await pool.inspect(await packed())).toBeDefined();
  await eventually('the thread has ended', () => Promise.resolve(pool.size === 0));
  expect(await pool.inspect(await packed())).toBeDefined();
});

it('leaves blocks uninspected when a thread breaks, and when it is stopped', async () => {
  expect(await poolOf({ file: join(folder.path, 'nothing.js') }).inspect(await packed())).toBeUndefined();
  const pool = poolOf({ threads: 1 });
  const running = pool.inspect(await packed());
  await pool.stop();
  expect(await running).toBeUndefined();
  expect(await pool.inspect(await packed())).toBeUndefined();
});
