import type { DatabaseNode } from './database-config';
import type { NodeState } from './node-probe';
import { NodeWatch } from './node-watch';

const nodes = ['a', 'b', 'c'].map((host) => ({ host, port: 3_306 }));
let health: Record<string, NodeState['health']>;
let clusters: Record<string, NodeState['cluster']>;
let asked: string[];
let told: string[];
let watch: NodeWatch;
let unsubscribe: () => void;

beforeEach(() => {
  health = { a: 'well', b: 'well', c: 'well' };
  clusters = {};
  asked = [];
  told = [];
  watch = new NodeWatch(nodes, ({ host }: DatabaseNode) => {
    asked.push(host);
    return Promise.resolve({ health: health[host]!, cluster: clusters[host] });
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
  const late: NodeState['health'][] = ['silent', 'well'];
  const patient = new NodeWatch(nodes, () => Promise.resolve({ health: late.shift()! }));
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

it('stays at a node that is behind, and turns to one only where none is well', async () => {
  health = { a: 'behind', b: 'well', c: 'well' };
  await check(1);
  expect(watch.node.host).toBe('a');
  health = { a: 'unwell', b: 'behind', c: 'well' };
  await check(1);
  expect(watch.node.host).toBe('c');
  health = { a: 'behind', b: 'unwell', c: 'unwell' };
  await check(1);
  expect(watch.node.host).toBe('a');
});

it('does not go back to a node while that is behind', async () => {
  health.a = 'unwell';
  await check(1);
  health.a = 'behind';
  await check(20);
  expect(watch.node.host).toBe('b');
});

it('turns to no node of another cluster than that of the node before', async () => {
  clusters = { a: 'one', b: 'another', c: 'one' };
  await check(1);
  health.a = 'unwell';
  await check(1);
  expect(watch.node.host).toBe('c');
  health.c = 'unwell';
  await check(1);
  expect(watch.node.host).toBe('c');
});

describe('begins', () => {
  const begin = () => watch.begin({ waitMs: 0 });

  it('with the first node that is well', async () => {
    health = { a: 'unwell', b: 'behind', c: 'well' };
    await begin();
    expect(told).toEqual(['c at once']);
  });

  it('once, as long as anybody uses the node', async () => {
    health.a = 'unwell';
    await begin();
    health = { a: 'well', b: 'unwell', c: 'well' };
    await begin();
    expect(watch.node.host).toBe('b');
    unsubscribe();
    await begin();
    expect(watch.node.host).toBe('a');
  });

  it('again after it has failed', async () => {
    health = { a: 'unwell', b: 'unwell', c: 'unwell' };
    await expect(begin()).rejects.toThrow('STRONGROOM_DATABASE_HOST');
    health.b = 'well';
    await begin();
    expect(watch.node.host).toBe('b');
  });
});

it('does one check at a time', async () => {
  await Promise.all([watch.check(), watch.check(), watch.check()]);
  expect(asked).toEqual(['a']);
});
