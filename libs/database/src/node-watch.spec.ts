import type { DatabaseNode } from './database-config';
import type { Health } from './node-probe';
import { NodeWatch } from './node-watch';

const nodes = ['a', 'b', 'c'].map((host) => ({ host, port: 3_306 }));
let health: Record<string, Health>;
let asked: string[];
let told: string[];
let watch: NodeWatch;
let unsubscribe: () => void;

beforeEach(() => {
  health = { a: 'well', b: 'well', c: 'well' };
  asked = [];
  told = [];
  watch = new NodeWatch(nodes, ({ host }: DatabaseNode) => {
    asked.push(host);
    return Promise.resolve(health[host]!);
  });
  unsubscribe = watch.subscribe(({ host }, leaving) => told.push(`${host} ${leaving}`));
});
afterEach(() => unsubscribe());

const check = async (times: number): Promise<void> => {
  for (let time = 0; time < times; time++) await watch.check();
};

it('stays at the first node while it is well, and asks no other', async () => {
  await check(20);
  expect(told).toEqual([]);
  expect(new Set(asked)).toEqual(new Set(['a']));
});

it('leaves a node that is not well for the first that is, at once', async () => {
  health = { a: 'unwell', b: 'unwell', c: 'well' };
  await check(1);
  expect(told).toEqual(['c at once']);
  expect(watch.node.host).toBe('c');
});

it('leaves a node that does not answer, but not because it was late once', async () => {
  const late: Health[] = ['silent', 'well'];
  const patient = new NodeWatch(nodes, () => Promise.resolve(late.shift()!));
  await patient.check();
  expect(patient.node.host).toBe('a');
  health.a = 'silent';
  await check(1);
  expect(asked).toEqual(['a', 'a', 'b', 'c']);
  expect(watch.node.host).toBe('b');
});

it('stays where it is while no node is well, and goes on when one is', async () => {
  health = { a: 'unwell', b: 'unwell', c: 'unwell' };
  await check(3);
  expect(told).toEqual([]);
  health.b = 'well';
  await check(1);
  expect(told).toEqual(['b at once']);
});

it('goes back to a node that is preferred when it was well twice in a row, and lets calls end', async () => {
  health.a = 'unwell';
  await check(1);
  told = [];
  health.a = 'well';
  await check(5);
  health.a = 'unwell';
  await check(5);
  health.a = 'well';
  await check(9);
  expect(told).toEqual([]);
  await check(1);
  expect(told).toEqual(['a when released']);
});

it('does one check at a time', async () => {
  await Promise.all([watch.check(), watch.check(), watch.check()]);
  expect(asked).toEqual(['a']);
});
