import { SeededRandom } from '@strongroom/random';
import { CustomerKey } from './customer-key';
import { type ByteRange, keyBlobsOf, outdatedKeyBlobsOf } from './key-blob';

const random = new SeededRandom('ranges');
const keyId = '1234abcd-12ab-44cd-96ef-1234567890ff';
const neighbours = ['1234abcd-12ab-44cd-96ef-1234567890fe', '1234abcd-12ab-44cd-96ef-123456789100'];

/** A blob as it is written, or as it was in the first version of the format. */
function blob(id: string, materialVersion: number, version = 2): Buffer {
  const written = CustomerKey.generate({ accountId: '000000000000', keyId: id, materialVersion }, random).encrypt(
    random.bytes(32),
    {},
    random,
  );
  written.writeUInt8(version, 0);
  return written;
}

const includes = (ranges: ByteRange[], bytes: Buffer) =>
  ranges.some(({ from, to }) => Buffer.compare(from, bytes) <= 0 && Buffer.compare(bytes, to) < 0);

it.each([1, 2])('finds all blobs of a key and of no other, in version %i of the format', (version) => {
  const of = (id: string) => [1, 2, 255, 2 ** 31, 2 ** 32 - 1].map((material) => blob(id, material, version));
  expect(of(keyId).map((bytes) => includes(keyBlobsOf(keyId), bytes))).toEqual(Array(5).fill(true));
  expect(neighbours.flatMap(of).filter((bytes) => includes(keyBlobsOf(keyId), bytes))).toEqual([]);
});

it('finds what is under older material, or in an older format', () => {
  const outdated = (bytes: Buffer) => includes(outdatedKeyBlobsOf({ keyId, materialVersion: 3 }), bytes);
  expect([1, 2, 3, 4].map((material) => outdated(blob(keyId, material)))).toEqual([true, true, false, false]);
  expect([1, 3, 4].map((material) => outdated(blob(keyId, material, 1)))).toEqual([true, true, true]);
  expect(neighbours.map((id) => outdated(blob(id, 1)))).toEqual([false, false]);
});

it('has ranges that follow each other', () => {
  const [first, second] = keyBlobsOf(keyId) as [ByteRange, ByteRange];
  expect(Buffer.compare(first.to, second.from)).toBeLessThan(0);
  // One byte carries into the next.
  expect(first.to.toString('hex')).toBe('011234abcd12ab44cd96ef12345678' + '91');
});
