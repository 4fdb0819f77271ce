import { differences, type ExistingSecret, WHILE_IMPORTING } from './compare';
import { type SourceSecret, type SourceVersion, withOneValue } from './source';
import { VersionIds } from './version-ids';

const id = (n: number) => `version-${n}-${'0'.repeat(32)}`;
const ids = new VersionIds('test', 'a', '');
const version = (n: number, ...labels: string[]): SourceVersion => ({
  id: id(n),
  keepId: true,
  labels,
  value: { secretString: `value ${n}` },
});
const existing = (more: Partial<ExistingSecret> = {}): ExistingSecret => ({
  description: 'd',
  tags: new Map([['team', 'x']]),
  labels: new Map([['AWSCURRENT', id(1)]]),
  versionIds: new Set([id(1)]),
  current: { versionId: id(1), value: { secretString: 'value 1' } },
  ...more,
});
const found = (secret: Partial<SourceSecret>, here: Partial<ExistingSecret> = {}, kmsKeyId?: string | null) =>
  differences({ name: 'a', versions: [version(1, 'AWSCURRENT')], ...secret }, kmsKeyId, existing(here), ids).map(
    ({ what, missing }) => (missing ? `${what} (missing)` : what),
  );

it('counts only what the source knows', () => {
  expect(found({})).toEqual([]);
  expect(found({ description: 'd', tags: new Map() }, { resourcePolicy: '{}', kmsKeyId: 'key' })).toEqual([]);
  expect(found({}, { labels: new Map([...existing().labels, ['ours', id(1)]]) })).toEqual([]);
});

it('sees each part that differs', () => {
  expect(found({ description: 'e' })).toEqual(['description']);
  expect(found({ tags: new Map([['team', 'y']]) })).toEqual(['tags']);
  expect(found({}, {}, 'arn:key')).toEqual(['key']);
  expect(found({}, { kmsKeyId: 'arn:key' }, null)).toEqual(['key']);
  expect(found({}, { kmsKeyId: 'arn:key' }, 'arn:key')).toEqual([]);
  expect(found({ resourcePolicy: '{"a": 1}' })).toEqual(['resource policy (missing)']);
  expect(found({ resourcePolicy: '{"a": 1}' }, { resourcePolicy: '{"a":1}' })).toEqual([]);
  expect(found({ resourcePolicy: '{"a": 1}' }, { resourcePolicy: '{"a":2}' })).toEqual(['resource policy']);
  expect(found({}, { labels: new Map([...existing().labels, [WHILE_IMPORTING, id(1)]]) })).toEqual([
    'a label of an interrupted import (missing)',
  ]);
});

it('compares values, not their ids, and text is not bytes', () => {
  const other = {
    current: { versionId: 'other', value: { secretString: 'value 1' } },
    labels: new Map([['AWSCURRENT', 'other']]),
  };
  expect(found({}, other)).toEqual([]);
  expect(found({ versions: [version(2, 'AWSCURRENT')] })).toEqual(['value']);
  const bytes = { secretBinary: Buffer.from('value 1') };
  expect(found({ versions: [{ ...version(1, 'AWSCURRENT'), value: bytes }] })).toEqual(['value']);
  expect(found({}, { current: undefined, labels: new Map(), versionIds: new Set() })).toEqual(['value (missing)']);
});

it('sees older versions and their labels', () => {
  const versions = [version(0), version(2, 'AWSPREVIOUS'), version(1, 'AWSCURRENT', 'blue')];
  expect(found({ versions })).toEqual(['2 versions (missing)', 'labels AWSPREVIOUS, blue (missing)']);
  const here = {
    versionIds: new Set([id(0), id(1), id(2)]),
    labels: new Map([
      ['AWSCURRENT', id(1)],
      ['AWSPREVIOUS', id(0)],
      ['blue', id(1)],
    ]),
  };
  expect(found({ versions }, here)).toEqual(['labels AWSPREVIOUS']);
});

it('gives a version the same id each time, and one without a version an id by what it follows', () => {
  const secret = withOneValue({ name: 'a' }, { secretString: 'x' });
  const [current] = secret.versions as [SourceVersion];
  expect(new VersionIds('s', 'a', '').of(current)).toBe(new VersionIds('s', 'a', '').of(current));
  const others = [new VersionIds('s', 'b', ''), new VersionIds('t', 'a', ''), new VersionIds('s', 'a', 'v')].map((each) =>
    each.of(current),
  );
  expect(new Set([...others, new VersionIds('s', 'a', '').of(current)]).size).toBe(4);
  expect(others[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(ids.of(version(1))).toBe(id(1));
  // Too short to be one here.
  expect(ids.of({ ...version(1), id: '7' })).toHaveLength(36);
  // Two parts are never one.
  expect(new VersionIds('s', 'ab', 'c').of(current)).not.toBe(new VersionIds('s', 'a', 'bc').of(current));
});
