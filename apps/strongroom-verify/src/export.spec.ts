import { mkdirSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type AuditEvent, encodeEvent } from '@strongroom/audit-trail';
import { exportedRecord } from '@strongroom/cloudtrail-record';
import { Event } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { chainHash, chainStart, formatNoteKey, GrowingTree, hashesOfNodes, inclusionNodes, leafHash } from '@strongroom/merkle';
import { TestSigner } from '@strongroom/merkle/testing';
import { EXIT, runVerify } from './run-verify';

const ACCOUNT = '000000000000';
const SIZE = 20;
/** The first events of the files. */
const FILES = [1, 9, 15];
const signer = new TestSigner();

const eventOf = (sequence: number): Event =>
  Event.fromPartial({
    eventId: `id-${sequence}`,
    eventTime: new Date(`2026-11-24T10:20:${sequence + 10}.456Z`),
    eventSource: 'kms.amazonaws.com',
    eventName: 'Decrypt',
    awsRegion: 'us-east-1',
    recipientAccountId: ACCOUNT,
    userIdentity: {
      ...{ type: 'AssumedRole', principalId: 'AROAEXAMPLE:session', accountId: ACCOUNT, accessKeyId: 'ASIAEXAMPLE' },
      arn: 'arn:aws:sts::000000000000:assumed-role/app/session',
      sessionIssuerArn: 'arn:aws:iam::000000000000:role/app',
      ...(sequence % 2 === 0 && {
        sessionAttributes: { creationDate: new Date('2026-11-24T09:15:00.250Z'), mfaAuthenticated: true },
      }),
    },
    sourceIpAddress: '192.0.2.7',
    userAgent: 'test',
    requestId: `request-${sequence}`,
    resources: [{ arn: 'arn:aws:kms:us-east-1:000000000000:key/1', type: 'AWS::KMS::Key' }],
    requestParameters: { keyId: '1', 'a "name"': 'ä' },
    sequence: BigInt(sequence),
  });

const events = Array.from({ length: SIZE }, (_, i) => eventOf(i + 1));
const encodings = events.map((event) => encodeEvent(event as AuditEvent));
const hashes = [chainStart(ACCOUNT)];
encodings.forEach((record, i) => hashes.push(chainHash(hashes[i]!, i + 1, record)));
const hex = (sequence: number) => hashes[sequence]!.toString('hex');
const rootOf = (from: number, to: number) => {
  const tree = new GrowingTree();
  for (const hash of hashes.slice(from + 1, to + 1)) tree.append(leafHash(hash));
  return tree.root();
};
const lineOf = (sequence: number) =>
  JSON.stringify(
    exportedRecord(
      { ...events[sequence - 1]!, hash: hashes[sequence]! },
      { trailRecord: encodings[sequence - 1]!, trailPreviousHash: hex(sequence - 1) },
    ),
  );
const lines = Array.from({ length: SIZE }, (_, i) => lineOf(i + 1));

const folder = mkdtempSync(join(tmpdir(), 'strongroom-verify-export-'));
afterAll(() => rmSync(folder, { recursive: true }));
const kept = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const checkpoint = (size: number) => kept(`checkpoint-${size}`, signer.checkpoint(size, rootOf(0, size)));
const [older, newest] = [checkpoint(10), checkpoint(SIZE)];

const nameOf = (first: number) =>
  `AWSLogs/${ACCOUNT}/CloudTrail/us-east-1/2026/11/24/${ACCOUNT}_CloudTrail_us-east-1_20261124T1020Z_${String(first).padStart(16, '0')}.json.gz`;

class Archive {
  readonly path = mkdtempSync(join(folder, 'archive-'));

  constructor() {
    FILES.forEach((first, at) => this.write(nameOf(first), lines.slice(first - 1, (FILES[at + 1] ?? SIZE + 1) - 1)));
  }

  write(name: string, records: readonly string[]): void {
    this.writeText(name, `{"Records":[\n${records.join(',\n')}\n]}\n`);
  }

  writeText(name: string, text: string): void {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, gzipSync(text));
  }

  remove(name: string): void {
    unlinkSync(join(this.path, name));
  }

  /** Changes the text of the file that begins with this event. */
  edit(first: number, change: (text: string) => string): void {
    const path = join(this.path, nameOf(first));
    const [before, after] = [gunzipSync(readFileSync(path)).toString(), change(gunzipSync(readFileSync(path)).toString())];
    expect(after).not.toBe(before);
    this.writeText(nameOf(first), after);
  }

  async verify(...args: string[]) {
    const out: string[] = [];
    const keep = (text: string) => out.push(text);
    const output = { line: keep, error: keep };
    const code = await runVerify(['--key', formatNoteKey(signer.key), '--export', this.path, ...args], output);
    return { code, out: out.map((text) => text.replaceAll(this.path, 'EXPORT')), changed: changesIn(out) };
  }
}

/** What is said to be changed, without the folder that the files are in. */
const changesIn = (out: readonly string[]): string[] =>
  out
    .filter((text) => text.startsWith('CHANGED: '))
    .map((text) => text.slice('CHANGED: '.length).replace(/^.*?_0*(\d+)\.json\.gz/, 'file $1'));

const archiveWith = (change: (archive: Archive) => void) => {
  const archive = new Archive();
  change(archive);
  return archive;
};
const verifyAll = (archive: Archive) => archive.verify('--checkpoint', older, '--checkpoint', newest);

it('proves an export by the checkpoints', async () => {
  const { code, out } = await verifyAll(new Archive());
  expect(out).toContain('proven: EXPORT: the events up to 10 are those of the checkpoint');
  expect(out).toContain('proven: EXPORT: the events up to 20 are those of the checkpoint');
  expect(out.filter((text) => !text.startsWith('proven: '))).toEqual([]);
  expect(code).toBe(EXIT.proven);
});

it('says which events no checkpoint covers', async () => {
  const { code, out } = await new Archive().verify('--checkpoint', older);
  expect(out).toContain('not proven: EXPORT: no checkpoint or proof covers the events 11 to 20');
  expect(code).toBe(EXIT.open);
});

it.each<[string, (text: string) => string, string]>([
  ['a name', (text) => text.replace('"eventName":"Decrypt"', '"eventName":"Encrypt"'), 'eventName is not what was hashed'],
  [
    'two members',
    (text) => text.replace('"192.0.2.7"', '"192.0.2.8"').replace('"userAgent":"test"', '"userAgent":"x"'),
    'sourceIPAddress, userAgent are not',
  ],
  ['the second factor', (text) => text.replace('"AssumedRole"', '"IAMUser"'), 'userIdentity is not what was hashed'],
  ['a member more', (text) => text.replace('"readOnly"', '"more":1,"readOnly"'), 'more is not what was hashed'],
  ['a member less', (text) => text.replace('"managementEvent":true,', ''), 'managementEvent is not what was hashed'],
  ['what was hashed', (text) => text.replace('\\"Decrypt\\"', '\\"Encrypt\\"'), 'what was hashed does not have its hash'],
])('names the file, the line and the event where somebody changed %s', async (_, change, told) => {
  const archive = archiveWith((one) =>
    one.edit(9, (text) =>
      text
        .split('\n')
        .map((line, at) => (at === 3 ? change(line) : line))
        .join('\n'),
    ),
  );
  const { code, changed } = await verifyAll(archive);
  expect(changed).toEqual([expect.stringMatching(/^file 9, line 4: event 11 was changed: /)]);
  expect(changed[0]).toContain(told);
  expect(code).toBe(EXIT.contradiction);
});

/** The record as somebody would make it who knows how they are hashed. */
const forged = (sequence: number, eventName = 'Harmless') => {
  const event = { ...events[sequence - 1]!, eventName };
  const trailRecord = encodeEvent(event as AuditEvent);
  const hash = chainHash(hashes[sequence - 1]!, sequence, trailRecord);
  return JSON.stringify(exportedRecord({ ...event, hash }, { trailRecord, trailPreviousHash: hex(sequence - 1) }));
};

it('finds a record that was made anew, hash and all, by the next one and by the checkpoint', async () => {
  const { code, changed } = await verifyAll(archiveWith((one) => one.edit(9, (text) => text.replace(lineOf(11), forged(11)))));
  expect(changed).toEqual([
    expect.stringContaining('the events up to 20 are not those of the checkpoint, but those up to 10 are'),
    'file 9, line 5: event 12 does not follow the event before it',
  ]);
  expect(code).toBe(EXIT.contradiction);
});

it.each<[string, (archive: Archive) => void, string[]]>([
  [
    'a record',
    (one) => one.edit(9, (text) => text.replace(`${lineOf(11)},\n`, '')),
    ['file 9, line 4: the events 11 to 11, which stand before this line, are missing'],
  ],
  ['a file', (one) => one.remove(nameOf(9)), ['file 15, line 2: the events 9 to 14, which stand before this line, are missing']],
  [
    'the end of a file',
    (one) => one.edit(15, (text) => text.slice(0, text.indexOf('\n', 30) + 1)),
    ['file 15, line 2: the end of the file is missing'],
  ],
])('says where %s is missing', async (_, change, told) => {
  const { code, changed } = await verifyAll(archiveWith(change));
  expect(changed).toEqual(told);
  expect(code).toBe(EXIT.contradiction);
});

it.each<[string, (archive: Archive) => void, string]>([
  [
    'a record that is there twice',
    (one) => one.edit(9, (text) => text.replace(lineOf(11), `${lineOf(11)},\n${lineOf(11)}`)),
    'file 9, line 5: event 11 was added or moved: ',
  ],
  [
    'an older record',
    (one) => one.edit(9, (text) => text.replace(lineOf(11), `${lineOf(11)},\n${lineOf(3)}`)),
    'file 9, line 5: event 3 was added or moved: it stands after event 11',
  ],
  [
    'a forged record',
    (one) => one.edit(9, (text) => text.replace(lineOf(11), `${lineOf(11)},\n${forged(11)}`)),
    'file 9, line 5: event 11 was added or moved: ',
  ],
  [
    'a record that no trail has',
    (one) => one.edit(9, (text) => text.replace(lineOf(11), `${lineOf(11)},\n{"eventName":"x"}`)),
    'file 9, line 5: additionalEventData.trailSequence must be a number from 1',
  ],
  [
    'a file',
    (one) => one.write(nameOf(9).replace('2026/11/24', '2026/11/25'), [lineOf(9)]),
    'file 9, line 2: event 9 was added or moved: ',
  ],
  [
    'a file with a name of its own',
    (one) => one.write(nameOf(9).replace('.json.gz', '-more.json.gz'), [lineOf(9)]),
    'no export wrote a file of this name',
  ],
  ['a line after the end', (one) => one.edit(9, (text) => `${text}{}\n`), 'file 9, line 9: something stands after the end'],
  [
    'a second value of a member',
    (one) => one.edit(9, (text) => text.replace('"eventName":"Decrypt"', '"eventName":"x","eventName":"Decrypt"')),
    'file 9, line 2: it must be a record in JSON, with each member once',
  ],
])('names %s that somebody added', async (_, change, told) => {
  const { code, changed } = await verifyAll(archiveWith(change));
  expect(changed[0]).toContain(told);
  expect(code).toBe(EXIT.contradiction);
});

it('finds damage', async () => {
  const archive = archiveWith((one) => {
    const path = join(one.path, nameOf(9));
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, bytes.length / 2));
    writeFileSync(join(one.path, nameOf(15)), 'no gzip');
  });
  const { changed } = await verifyAll(archive);
  expect(changed).toContainEqual(expect.stringMatching(/^file 9, line \d+: what follows cannot be read: /));
  expect(changed).toContainEqual(expect.stringMatching(/^file 15, line 0: what follows cannot be read: /));
});

describe('a part of an export', () => {
  /** As `strongroom trail prove` prints it. */
  const proofOf = async (sequence: number) => {
    const nodes = await hashesOfNodes(inclusionNodes(sequence - 1, SIZE), async (subtrees) =>
      subtrees.map(({ level, index }) => rootOf(index * 2 ** level, (index + 1) * 2 ** level)),
    );
    const proof = {
      ...{ type: 'inclusion', sequence, size: SIZE, hashes: nodes.map((hash) => hash.toString('hex')) },
      ...{ record: encodings[sequence - 1], previousHash: hex(sequence - 1) },
    };
    return kept(`proof-${sequence}`, `${JSON.stringify(proof)}\n`);
  };
  const part = () => archiveWith((one) => one.remove(nameOf(1)));

  it('is proven by a proof of its last event', async () => {
    const { code, out } = await part().verify('--checkpoint', newest, '--proof', await proofOf(SIZE));
    expect(out).toContain('proven: EXPORT: the events 9 to 20 lead to event 20 of a proof');
    expect(code).toBe(EXIT.proven);
  });

  it('is proven up to the event that has a proof', async () => {
    const { code, out } = await part().verify('--checkpoint', newest, '--proof', await proofOf(12));
    expect(out).toContain('not proven: EXPORT: no checkpoint or proof covers the events 13 to 20');
    expect(code).toBe(EXIT.open);
  });

  it('is not that of the proof where its end was made anew', async () => {
    const archive = archiveWith((one) => {
      one.remove(nameOf(1));
      one.edit(15, (text) => text.replace(lineOf(SIZE), forged(SIZE)));
    });
    const { code, changed } = await archive.verify('--checkpoint', newest, '--proof', await proofOf(SIZE));
    expect(changed).toEqual(['file 15, line 7: event 20 is not that of the proof']);
    expect(code).toBe(EXIT.contradiction);
  });

  it('needs a proof of its first event where the export did not know the hash before it', async () => {
    const archive = archiveWith((one) => {
      one.remove(nameOf(1));
      one.edit(9, (text) => text.replace(`"trailPreviousHash":"${hex(8)}",`, ''));
    });
    const last = await proofOf(SIZE);
    const { code, out } = await archive.verify('--checkpoint', newest, '--proof', last);
    expect(out).toContainEqual(expect.stringContaining('line 2: nothing proves what event 9 says'));
    expect(code).toBe(EXIT.open);
    const both = await archive.verify('--checkpoint', newest, '--proof', last, '--proof', await proofOf(9));
    expect(both.code).toBe(EXIT.proven);
  });
});

it('proves the places, and not the words, of what an older version exported', async () => {
  const older = lines.slice(0, 8).map((line) => {
    const record = JSON.parse(line) as { additionalEventData: Record<string, string> };
    const { trailRecord: _, trailPreviousHash: __, ...rest } = record.additionalEventData;
    return { ...record, additionalEventData: rest };
  });
  const archive = archiveWith((one) => one.writeText(nameOf(1), JSON.stringify({ Records: older })));
  const { code, out } = await verifyAll(archive);
  expect(out).toContain('proven: EXPORT: the events up to 20 are those of the checkpoint');
  expect(out).toContainEqual(
    expect.stringMatching(/^not proven: EXPORT: 8 events, the first at .*, record 1, are from an older version/),
  );
  expect(code).toBe(EXIT.open);
});

it('proves exports of any version that has been released', async () => {
  // Never change these: who keeps an export must be able to verify it with every later version.
  const first = [
    '{"eventVersion":"1.11","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLE:session","arn',
    '":"arn:aws:sts::000000000000:assumed-role/app/session","accountId":"000000000000","accessKeyId":"ASI',
    'AEXAMPLE","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROAEXAMPLE","arn":"arn:aw',
    's:iam::000000000000:role/app","accountId":"000000000000","userName":"app"},"attributes":{"creationDa',
    'te":"2026-11-24T09:15:00Z","mfaAuthenticated":"true"}}},"eventTime":"2026-11-24T10:20:31Z","eventSou',
    'rce":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","awsRegion":"us-east-1","sourceIPAd',
    'dress":"192.0.2.7","userAgent":"aws-cli/2","requestParameters":{"secretId":"prod/db"},"responseEleme',
    'nts":null,"additionalEventData":{"secretVersionId":"v1","trailSequence":"1","trailHash":"d0b831cf65c',
    '76d97d4787a64c802545ce091f047277fb4becd7e3aeca6dbf0ad","trailPreviousHash":"f42b656c1f186a20d642179c',
    '26c48a8a5024c26791b9e2eaceca754d1c6e673f","trailRecord":"[2,\\"01890a5d-ac96-774b-bcce-b302099a8051\\"',
    ',\\"2026-11-24T10:20:31.456Z\\",\\"secretsmanager.amazonaws.com\\",\\"GetSecretValue\\",\\"us-east-1\\",\\"00',
    '0000000000\\",[\\"AssumedRole\\",\\"AROAEXAMPLE:session\\",\\"arn:aws:sts::000000000000:assumed-role/app/s',
    'ession\\",\\"000000000000\\",\\"ASIAEXAMPLE\\",\\"\\",\\"arn:aws:iam::000000000000:role/app\\",\\"2026-11-24T0',
    '9:15:00.250Z\\",true],\\"192.0.2.7\\",\\"aws-cli/2\\",\\"request-1\\",true,[[\\"arn:aws:secretsmanager:us-ea',
    'st-1:000000000000:secret:prod/db-AbCdEf\\",\\"AWS::SecretsManager::Secret\\",\\"v1\\"],[\\"arn:aws:kms:us-',
    'east-1:000000000000:key/1\\",\\"AWS::KMS::Key\\",\\"\\"]],[[\\"secretId\\",\\"prod/db\\"]],[],\\"\\",\\"\\"]"},"r',
    'equestID":"request-1","eventID":"01890a5d-ac96-774b-bcce-b302099a8051","readOnly":true,"resources":[',
    '{"accountId":"000000000000","type":"AWS::SecretsManager::Secret","ARN":"arn:aws:secretsmanager:us-ea',
    'st-1:000000000000:secret:prod/db-AbCdEf"},{"accountId":"000000000000","type":"AWS::KMS::Key","ARN":"',
    'arn:aws:kms:us-east-1:000000000000:key/1"}],"eventType":"AwsApiCall","managementEvent":true,"recipie',
    'ntAccountId":"000000000000","eventCategory":"Management"}',
  ].join('');
  const second = [
    '{"eventVersion":"1.11","userIdentity":{"type":"AWSService","principalId":"rotation-worker","invokedB',
    'y":"secretsmanager.amazonaws.com"},"eventTime":"2026-11-24T10:20:32Z","eventSource":"secretsmanager.',
    'amazonaws.com","eventName":"RotationFailed","awsRegion":"us-east-1","sourceIPAddress":"secretsmanage',
    'r.amazonaws.com","userAgent":"secretsmanager.amazonaws.com","errorCode":"AccessDeniedException","err',
    'orMessage":"no \\"way\\"","requestParameters":null,"responseElements":null,"additionalEventData":{"Sec',
    'retId":"arn:aws:secretsmanager:us-east-1:000000000000:secret:prod/db-AbCdEf","secretVersionId":"v2",',
    '"trailSequence":"2","trailHash":"323f3b9647bc72ab9a6cf8031047f77d866e37b6a483042b5d7fbc7a4a655fe2","',
    'trailPreviousHash":"d0b831cf65c76d97d4787a64c802545ce091f047277fb4becd7e3aeca6dbf0ad","trailRecord":',
    '"[1,\\"01890a5d-ac96-774b-bcce-b302099a8052\\",\\"2026-11-24T10:20:32.456Z\\",\\"secretsmanager.amazonaws',
    '.com\\",\\"RotationFailed\\",\\"us-east-1\\",\\"000000000000\\",[\\"AWSService\\",\\"rotation-worker\\",\\"\\",\\"',
    '\\",\\"\\",\\"\\",\\"\\"],\\"\\",\\"\\",\\"\\",false,[[\\"arn:aws:secretsmanager:us-east-1:000000000000:secret:pro',
    'd/db-AbCdEf\\",\\"AWS::SecretsManager::Secret\\",\\"v2\\"]],[[\\"attempt\\",\\"1\\"]],[[\\"step\\",\\"setSecret\\',
    '"]],\\"AccessDeniedException\\",\\"no \\\\\\"way\\\\\\"\\"]"},"requestID":"","eventID":"01890a5d-ac96-774b-bcc',
    'e-b302099a8052","readOnly":false,"resources":[{"accountId":"000000000000","type":"AWS::SecretsManage',
    'r::Secret","ARN":"arn:aws:secretsmanager:us-east-1:000000000000:secret:prod/db-AbCdEf"}],"eventType"',
    ':"AwsServiceEvent","managementEvent":true,"recipientAccountId":"000000000000","serviceEventDetails":',
    '{"attempt":"1","step":"setSecret"},"eventCategory":"Management"}',
  ].join('');
  const archive = archiveWith((one) => {
    for (const name of FILES) one.remove(nameOf(name));
    one.write(nameOf(1), [first, second]);
  });
  const { out } = await archive.verify('--checkpoint', older);
  expect(out.filter((text) => text.includes('EXPORT'))).toEqual([
    'not proven: EXPORT: no checkpoint or proof covers the events 1 to 2',
  ]);
});

it('needs an export', async () => {
  const { code, out } = await archiveWith((one) => rmSync(join(one.path, 'AWSLogs'), { recursive: true })).verify(
    '--checkpoint',
    older,
  );
  expect(out).toEqual([expect.stringContaining('there is no export of account 000000000000 in it')]);
  expect(code).toBe(EXIT.usage);
  const empty = await archiveWith((one) => FILES.forEach((first) => one.remove(nameOf(first)))).verify('--checkpoint', older);
  expect(empty.out).toContain('not proven: EXPORT: there are no events in the export');
});
