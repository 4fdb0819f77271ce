import { MessageFrames } from './mongodb-relay';

const message = (length: number, body = length - 4) => {
  const bytes = Buffer.alloc(4 + body, 1);
  bytes.writeInt32LE(length);
  return bytes;
};

const through = async (chunks: Buffer[]): Promise<Buffer> => {
  const frames = new MessageFrames();
  const passed: Buffer[] = [];
  frames.on('data', (part: Buffer) => passed.push(part));
  const end = new Promise<void>((resolve, reject) => frames.on('end', resolve).on('error', reject));
  for (const chunk of chunks) frames.write(chunk);
  frames.end();
  await end;
  return Buffer.concat(passed);
};

it.each([1, 3, 4, 7, 1_000])('lets messages through, in pieces of %i bytes', async (size) => {
  const all = Buffer.concat([message(16), message(300), message(17)]);
  const pieces = Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.subarray(index * size, (index + 1) * size),
  );
  expect(await through(pieces)).toEqual(all);
});

it.each([0, 15, -1, 4 * 1024 * 1024 + 1])('ends at a message of %i bytes', async (length) => {
  await expect(through([message(20), message(length, 16)])).rejects.toThrow('not a message of MongoDB');
});
