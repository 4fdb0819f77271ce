import { readFileSync, statSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { temporaryDirectory } from '@strongroom/testing';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { CliError } from '../../cli-error';
import { isUnreadable, type SourceItem, type SourceSecret } from '../source';
import { ExportFileSource } from '../sources/files/export-file.source';
import { encrypted, identitiesOf, recipientsOf } from './age';
import { readDocument, writeDocument } from './document';
import { type ExportLine, FORMAT, FORMAT_VERSION } from './format';
import { writePrivateFile } from './private-file';

const directory = temporaryDirectory('export');
afterAll(() => directory.remove());

const header = { format: FORMAT, version: FORMAT_VERSION, exportedAt: '2026-01-01T00:00:00.000Z', prefix: '' } as const;
const id = (n: number) => `${n}`.padStart(32, '0');
const lines: ExportLine[] = [
  header,
  {
    secret: {
      name: 'a',
      arn: 'arn:a',
      description: 'the first',
      tags: [{ key: '__proto__', value: 'x' }],
      kmsKeyId: 'arn:key',
      resourcePolicy: '{}',
      rotation: { enabled: true, function: 'arn:function' },
      versions: 2,
    },
  },
  { version: { id: id(1), labels: ['AWSPREVIOUS'], secretBinary: Buffer.from([0, 255]).toString('base64') } },
  { version: { id: id(2), labels: ['AWSCURRENT', 'blue'], secretString: '\u0000"\n\u2028ä' } },
  { missing: { name: 'b', why: 'AccessDeniedException: no' } },
  { secret: { name: 'c', arn: 'arn:c', description: '', tags: [], versions: 0 } },
];
const counts = { secrets: 2, versions: 2, missing: 1 };

async function* each<T>(items: Iterable<T>): AsyncGenerator<T, void> {
  yield* items;
}
const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};
const written = async (from: readonly ExportLine[] = lines, counted = counts): Promise<Buffer> =>
  Buffer.concat(await collect(writeDocument(each(from), () => counted)));
const read = (bytes: Uint8Array): Promise<SourceItem[]> => collect(readDocument(each([bytes])));
const faultOf = (reading: Promise<unknown>): Promise<string> =>
  reading.then(
    () => 'none',
    (error: unknown) => (error instanceof CliError ? error.message : `defect: ${String(error)}`),
  );

describe('the document', () => {
  it('brings everything back', async () => {
    const [a, b, c] = (await read(await written())) as [SourceSecret, SourceItem, SourceSecret];
    expect(a).toMatchObject({
      name: 'a',
      description: 'the first',
      tags: new Map([['__proto__', 'x']]),
      kmsKeyId: 'arn:key',
      resourcePolicy: '{}',
      rotation: 'arn:function',
    });
    expect(a.versions).toEqual([
      { id: id(1), keepId: true, labels: ['AWSPREVIOUS'], value: { secretBinary: Buffer.from([0, 255]) } },
      { id: id(2), keepId: true, labels: ['AWSCURRENT', 'blue'], value: { secretString: '\u0000"\n\u2028ä' } },
    ]);
    expect(isUnreadable(b) && b.unreadable).toMatch(/AccessDenied/);
    expect(c).toMatchObject({ name: 'c', versions: [] });
  });

  it('is the same however its bytes come', async () => {
    const bytes = await written();
    const single = readDocument(each([...bytes].map((byte) => Uint8Array.of(byte))));
    expect(await collect(single)).toEqual(await read(bytes));
  });

  it.each<[string, (text: string) => string, RegExp]>([
    ['nothing', () => '', /empty/],
    ['another document', () => '{"a": 1}\n', /not an export/],
    ['no document', () => 'hello\n', /not an export/],
    ['a later version', (text) => text.replace('"version":1', '"version":2'), /of version 2.*up to 1/],
    ['one without its last line', (text) => text.slice(0, text.lastIndexOf('{"end"')), /cut off/],
    ['one cut off in a line', (text) => text.slice(0, text.indexOf('AWSCURRENT')), /line 4: this is not JSON/],
    ['one without one of its lines', (text) => text.replace(/\{"version".*\n/, ''), /line \d/],
    ['one without a whole secret', (text) => text.replace(/\{"secret":\{"name":"c".*\n/, ''), /not those that were written/],
    ['one with another value', (text) => text.replace('the first', 'the other'), /not those that were written/],
    ['one with more behind it', (text) => `${text}{}\n`, /something follows/],
    ['a version without a value', (text) => text.replace('"secretBinary":"AP8="', '"x":1'), /no value, or two/],
    ['a field of another type', (text) => text.replace('"labels":["AWSPREVIOUS"]', '"labels":1'), /line 3.*another type/],
    ['a line without an end', (text) => text + 'x'.repeat(1_100_000), /too long|follows/],
  ])('refuses %s', async (_, change, fault) => {
    const text = (await written()).toString();
    expect(change(text)).not.toBe(text);
    const message = await faultOf(read(Buffer.from(change(text))));
    expect(message).toMatch(fault);
    expect(message).not.toMatch(/AP8|2028/);
  });
});

describe('the file', () => {
  const key = async (name: string) => {
    const identity = await generateX25519Identity();
    const file = join(directory.path, name);
    writeFileSync(file, `# created: now\n${identity}\n`);
    return { identity, file, recipient: await identityToRecipient(identity) };
  };
  const stdin = { stdin: Readable.from(['']) };
  const file = join(directory.path, 'export.age');
  const write = async (recipients: readonly string[]) =>
    writePrivateFile(
      file,
      await encrypted(
        writeDocument(each(lines), () => counts),
        recipients,
      ),
    );
  const readFile = (identities: readonly string[]) => collect(new ExportFileSource(file, identities).secrets(() => true));

  it('can be read by each of its recipients, and its owner alone may open it', async () => {
    const [one, two, other] = [await key('one'), await key('two'), await key('other')];
    const listed = join(directory.path, 'recipients');
    writeFileSync(listed, `# a team\n\n${two.recipient}\n${one.recipient}\n`);
    const recipients = await recipientsOf([one.recipient], [listed]);
    expect(recipients).toEqual([one.recipient, two.recipient]);
    await write(recipients);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file).includes('the first')).toBe(false);
    for (const { file: keyFile } of [one, two]) {
      expect(await readFile(await identitiesOf([keyFile], stdin))).toHaveLength(3);
    }
    expect(await faultOf(readFile(await identitiesOf([other.file], stdin)))).toMatch(/export\.age is encrypted to other keys/);
  });

  it('is refused where it was changed, cut off or is another', async () => {
    const { recipient, identity } = await key('key');
    await write([recipient]);
    const whole = readFileSync(file);
    for (const [content, fault] of [
      [whole.subarray(0, whole.length - 1), /export\.age is damaged or was cut off/],
      [whole.subarray(0, whole.length - 200), /damaged or was cut off/],
      [whole.subarray(0, 60), /not a file of age/],
      [Buffer.from('secret: x\n'), /not a file of age/],
      [Buffer.alloc(0), /not a file of age/],
      [Buffer.concat([whole.subarray(0, -5), Buffer.alloc(5)]), /damaged or was cut off/],
    ] as const) {
      writeFileSync(file, content);
      expect(await faultOf(readFile([identity]))).toMatch(fault);
    }
    writeFileSync(file, Buffer.concat(await collect(await encrypted(each([Buffer.from('{"a":1}\n')]), [recipient]))));
    expect(await faultOf(readFile([identity]))).toMatch(/export\.age: It is not an export of Strongroom/);
    expect(await faultOf(collect(new ExportFileSource('/nowhere/x', [identity]).secrets(() => true)))).toMatch(
      /nowhere\/x: ENOENT/,
    );
  });

  it('stays what it was where writing fails', async () => {
    writeFileSync(file, 'before');
    const failing = (async function* () {
      yield Buffer.from('half');
      throw new Error('no more');
    })();
    await expect(writePrivateFile(file, failing)).rejects.toThrow('no more');
    expect(readFileSync(file, 'utf8')).toBe('before');
    expect(readdirSync(directory.path).filter((name) => name.endsWith('.part'))).toEqual([]);
    await expect(writePrivateFile('/nowhere/x', each([]))).rejects.toThrow(/--to: cannot write \/nowhere\/x/);
  });

  it('names a key that is none', async () => {
    const { identity, recipient, file: keyFile } = await key('wrong');
    expect(await faultOf(recipientsOf([], []))).toMatch(/nothing says to whom/);
    expect(await faultOf(recipientsOf(['ssh-ed25519 AAAA'], []))).toMatch(/no public key of age/);
    expect(await faultOf(recipientsOf([`${recipient}x`], []))).toMatch(/no public key of age/);
    const known = await faultOf(recipientsOf([identity], []));
    expect(known).toMatch(/private key/);
    expect(known).not.toContain(identity.slice(20));
    writeFileSync(keyFile, 'nonsense\n');
    expect(await faultOf(identitiesOf([keyFile], stdin))).toMatch(/no private key of age/);
    writeFileSync(keyFile, '# nothing\n');
    expect(await faultOf(identitiesOf([keyFile], stdin))).toMatch(/no private key in the file/);
    writeFileSync(keyFile, 'age-encryption.org/v1\n');
    expect(await faultOf(identitiesOf([keyFile], stdin))).toMatch(/itself encrypted/);
  });
});
