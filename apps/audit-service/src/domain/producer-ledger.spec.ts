import type { EntryOrigin, NumberRange } from '@strongroom/audit-trail';
import { ProducerLedger } from './producer-ledger';

const run = '1795900000000.0123456789abcdef';
const origin = (number: number, more: Partial<EntryOrigin> = {}): EntryOrigin => ({
  producer: 'secrets-api',
  keyId: 'k1',
  run,
  number,
  settledBelow: number,
  unconfirmed: [],
  ...more,
});
const unconfirmed = (...ranges: NumberRange[]) => ({ unconfirmed: ranges });

/** The state as it is after some entries, each judged; with the findings of the last. */
const after = (origins: EntryOrigin[], state: Record<string, string> = {}) => {
  const ledger = new ProducerLedger(state);
  const findings = origins.map((one) => ledger.judge(one, 1));
  for (const [field, value] of ledger.takeChanges()) {
    if (value === undefined) delete state[field];
    else state[field] = value;
  }
  return { state, last: findings.at(-1)!, all: findings.flat() };
};

it('finds nothing where every number comes once, also when it knows of them only by its state', () => {
  const { state, all } = after([origin(1), origin(2)]);
  expect(all).toEqual([]);
  expect(after([origin(3)], state).all).toEqual([]);
});

it('finds a number that comes again, also after its state was all that was left', () => {
  const { state } = after([origin(1), origin(2)]);
  for (const number of [1, 2])
    expect(after([origin(number)], state).all).toEqual([{ kind: 'replayed', producer: 'secrets-api', run, number }]);
});

it('finds numbers that were acknowledged and never came, once', () => {
  const { all } = after([origin(1), origin(5), origin(6)]);
  expect(all).toEqual([{ kind: 'missing', producer: 'secrets-api', run, first: 2, last: 4 }]);
});

it('finds that the first entries of a run are missing', () => {
  expect(after([origin(3)]).all).toEqual([{ kind: 'missing', producer: 'secrets-api', run, first: 1, last: 2 }]);
});

it('waits for a number that is still on its way, and finds it missing when it is not any more', () => {
  const { state, all } = after([origin(1), origin(3, { settledBelow: 2 })]);
  expect(all).toEqual([]);
  expect(after([origin(2)], { ...state }).all).toEqual([]);
  expect(after([origin(4)], { ...state }).all).toEqual([{ kind: 'missing', producer: 'secrets-api', run, first: 2, last: 2 }]);
});

it('takes a number that was not acknowledged late, once, or never', () => {
  const { state, all } = after([origin(1), origin(4, unconfirmed([2, 3])), origin(5)]);
  expect(all).toEqual([]);
  const late = after([origin(3)], state);
  expect(late.all).toEqual([]);
  expect(after([origin(3)], late.state).all).toMatchObject([{ kind: 'replayed', number: 3 }]);
});

it('takes one that was told of though it came', () => {
  const { state, all } = after([origin(1), origin(2), origin(3, unconfirmed([2, 2]))]);
  expect(all).toEqual([]);
  expect(after([origin(2)], state).all).toMatchObject([{ kind: 'replayed', number: 2 }]);
});

it('judges every run and every producer by itself', () => {
  const other = '1795900000001.0123456789abcdef';
  expect(after([origin(1), origin(1, { run: other }), origin(1, { producer: 'audit-service' })]).all).toEqual([]);
});

it('knows the last 256 runs of each producer, and takes what is of an older one for replayed', () => {
  const runOf = (i: number) => `${1795900000000 + i}.0123456789abcdef`;
  const ledger = new ProducerLedger({});
  for (let i = 0; i < 300; i++) expect(ledger.judge(origin(1, { run: runOf(i) }), i)).toEqual([]);
  const state = Object.fromEntries([...ledger.takeChanges()].filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
  expect(Object.keys(state)).toHaveLength(257);
  expect(after([origin(2, { run: runOf(10) })], state).all).toMatchObject([{ kind: 'replayed', number: 2 }]);
  expect(after([origin(2, { run: runOf(299) })], state).all).toEqual([]);
});
