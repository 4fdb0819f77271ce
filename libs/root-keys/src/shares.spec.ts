import { systemRandom } from '@strongroom/random';
import { ProviderIdentity } from './identity';
import { combineShares, parseShare, printShare, setName, ShareCollection, splitIdentity, type Share } from './shares';

const identity = ProviderIdentity.generate(systemRandom);
let set: string;
let shares: Share[];
let lines: string[];

beforeAll(async () => {
  set = setName('board', await identity.recipient());
  shares = await splitIdentity(identity, set, { threshold: 3, count: 5 });
  lines = shares.map(printShare);
});

const subsets = (size: number): Share[][] =>
  Array.from({ length: 32 }, (_, bits) => shares.filter((_share, i) => bits & (1 << i))).filter(({ length }) => length === size);
const readable = (line: string) => parseShare(Buffer.from(line));

it('opens with any three of five', async () => {
  const same = identity.copyBytes().toString('hex');
  for (const three of [...subsets(3), ...subsets(4)]) {
    expect((await combineShares(three)).copyBytes().toString('hex')).toBe(same);
  }
  expect(subsets(3)).toHaveLength(10);
});

it('does not open with two', async () => {
  for (const two of subsets(2)) {
    await expect(combineShares(two)).rejects.toThrow('3 shares are needed');
    // Nor for those who claim that two are enough.
    const forged = two.map((share) => ({ ...share, threshold: 2 }));
    expect((await combineShares(forged)).copyBytes().equals(identity.copyBytes())).toBe(false);
  }
});

it.each([
  [1, 5],
  [6, 5],
  [2, 17],
  [0, 0],
  [NaN, 3],
])('has no quorum of %s of %s', async (threshold, count) => {
  await expect(splitIdentity(identity, set, { threshold, count })).rejects.toThrow('such as 3 of 5');
});

it('is printed as one line that can be typed', () => {
  expect(lines[1]).toMatch(/^strongroom-share board\.[0-9a-f]{8} 3\/5 2 ([0-9a-f]{8}-){8}[0-9a-f]{2}-[0-9a-f]{8}$/);
  for (const line of [lines[1]!, `  ${lines[1]!.toUpperCase()}\n`, lines[1]!.replaceAll(' ', '  ')]) {
    expect(readable(line)).toEqual(shares[1]);
  }
});

it('is refused when one character differs, and says nothing of what it holds', () => {
  const line = lines[0]!;
  for (let i = 0; i < line.length; i++) {
    if (line[i] === ' ' || line[i] === '-') continue;
    const wrong = `${line.slice(0, i)}${line[i] === '0' ? '1' : '0'}${line.slice(i + 1)}`;
    let message = '';
    try {
      readable(wrong);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(/^this is no share|is mistyped: its checksum does not match$/);
    expect(message).not.toContain(line.slice(40, 48));
  }
  for (const wrong of ['', 'strongroom-share', line.slice(0, -1), `${line}00`, 'x'.repeat(10_000)]) {
    expect(() => readable(wrong)).toThrow(/no share|mistyped/);
  }
});

it('is collected from several people, in any order', async () => {
  const collection = new ShareCollection(set);
  expect(collection.progress).toBeUndefined();
  for (const i of [4, 0, 4]) {
    collection.add(readable(lines[i]!));
    expect(await collection.identity()).toBeUndefined();
  }
  expect(collection.progress).toEqual({ have: 2, need: 3 });
  const another = { ...shares[2]!, set: setName('board', 'age1pq1another') };
  expect(() => collection.add(another)).toThrow(`this is share 3 of ${another.set}, not of ${set}`);
  collection.add(readable(lines[2]!));
  expect(await (await collection.identity())!.recipient()).toBe(await identity.recipient());
  collection.forget();
  expect(collection.progress).toBeUndefined();
});
