import { SeededRandom } from '@strongroom/random';
import {
  CustomerKey,
  RootKey,
  encodeEncryptionContext,
  keyMaterialIdOf,
  sealSecretValue,
  sealWithRootKey,
  type SecretValue,
} from '../index';
import { collisionOf, sealAs } from '../key-collision.testing';

/** `opens` with this plaintext (hex), or fails with this reason. */
export type Expectation = { opens: string } | { fails: string };

export interface ContextVector {
  name: string;
  /** In the order of insertion. */
  entries: [string, string][];
  encoded: string;
}
export interface KeyBlobVector {
  name: string;
  keyId: string;
  materialVersion: number;
  material: string;
  context: Record<string, string>;
  blob: string;
  expect: Expectation;
}
export interface RootKeySealVector {
  name: string;
  rootKey: string;
  purpose: string;
  context: Record<string, string>;
  sealed: string;
  expect: Expectation;
}
export interface SecretValueVector {
  name: string;
  dataKey: string;
  secretArn: string;
  secretVersionId: string;
  sealed: string;
  /** `kind` is authenticated with the value. */
  expect: { kind: SecretValue['kind']; opens: string } | { fails: string };
}
export interface KeyMaterialIdVector {
  name: string;
  keyId: string;
  material: string;
  id: string;
}
export interface Vectors {
  contexts: ContextVector[];
  keyBlobs: KeyBlobVector[];
  rootKeySeals: RootKeySealVector[];
  secretValues: SecretValueVector[];
  keyMaterialIds: KeyMaterialIdVector[];
}

const INVALID: Expectation = { fails: 'InvalidCiphertextException' };
const KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
const OTHER_KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ac';
const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:prod/db-AbCdEf';
const VERSION_ID = '0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d';

/**
 * What the committed JSON holds. All randomness is a SeededRandom, so a change of a single byte of a format shows as a
 * difference: that is a new format and wants a new version byte, and the old vectors stay.
 * `STRONGROOM_WRITE_VECTORS=1 npx jest --config tools/jest.config.cjs libs/envelope/src/vectors --selectProjects unit`
 * writes the file.
 */
export function buildVectors(): Vectors {
  return {
    contexts: contexts(),
    keyBlobs: [...keyBlobs(), ...committedKeyBlobs()],
    rootKeySeals: rootKeySeals(),
    secretValues: secretValues(),
    keyMaterialIds: keyMaterialIds(),
  };
}

function contexts(): ContextVector[] {
  const vector = (name: string, entries: [string, string][]): ContextVector => ({
    name,
    entries,
    encoded: encodeEncryptionContext(Object.fromEntries(entries)).toString('hex'),
  });
  return [
    vector('empty', []),
    vector('one entry', [['SecretARN', ARN]]),
    vector('sorted, whatever the order of insertion', [
      ['b', '2'],
      ['a', '1'],
    ]),
    vector('empty key and value', [['', '']]),
    vector('sorted by UTF-8 bytes, not by UTF-16 units', [
      ['\u{1f511}', 'key'],
      ['\uff5e', 'tilde'],
    ]),
  ];
}

function keyBlobs(): KeyBlobVector[] {
  const random = new SeededRandom('strongroom key blob vectors');
  const material = random.bytes(32);
  const place = { accountId: '000000000000', keyId: KEY_ID, materialVersion: 1 };
  const seal = (plaintext: Buffer, context: Record<string, string>) => sealAs(1, { place, material, plaintext, context, random });
  const context: Record<string, string> = { SecretARN: ARN, SecretVersionId: VERSION_ID };
  const dataKey = random.bytes(32);
  const blob = seal(dataKey, context);
  const opens = { opens: dataKey.toString('hex') };
  const base = { keyId: KEY_ID, materialVersion: 1, material: material.toString('hex'), context };
  const noPlaintext = seal(Buffer.alloc(0), {});
  const longest = random.bytes(4096);
  return [
    { ...base, name: 'a data key', blob: hex(blob), expect: opens },
    { ...base, name: 'no plaintext, no context', context: {}, blob: hex(noPlaintext), expect: { opens: '' } },
    { ...base, name: 'the longest plaintext', blob: hex(seal(longest, context)), expect: { opens: hex(longest) } },
    {
      ...base,
      name: 'another context',
      context: { ...context, SecretVersionId: `${VERSION_ID}x` },
      blob: hex(blob),
      expect: INVALID,
    },
    { ...base, name: 'no context', context: {}, blob: hex(blob), expect: INVALID },
    { ...base, name: 'another key', keyId: OTHER_KEY_ID, blob: hex(blob), expect: INVALID },
    { ...base, name: 'another key, header to match', keyId: OTHER_KEY_ID, blob: hex(withByte(blob, 16, 0xac)), expect: INVALID },
    { ...base, name: 'another material version', materialVersion: 2, blob: hex(blob), expect: INVALID },
    { ...base, name: 'other material', material: hex(random.bytes(32)), blob: hex(blob), expect: INVALID },
    { ...base, name: 'an unknown format version', blob: hex(withByte(blob, 0, 2)), expect: INVALID },
    { ...base, name: 'another nonce', blob: hex(withByte(blob, 21, blob[21]! ^ 1)), expect: INVALID },
    { ...base, name: 'a bit flipped in the ciphertext', blob: hex(withByte(blob, 53, blob[53]! ^ 1)), expect: INVALID },
    { ...base, name: 'a bit flipped in the tag', blob: hex(withByte(blob, blob.length - 1, blob.at(-1)! ^ 1)), expect: INVALID },
    { ...base, name: 'the tag cut to 12 bytes', blob: hex(blob.subarray(0, -4)), expect: INVALID },
    { ...base, name: 'a byte too many', blob: `${hex(blob)}00`, expect: INVALID },
    { ...base, name: 'empty', blob: '', expect: INVALID },
  ];
}

function committedKeyBlobs(): KeyBlobVector[] {
  const random = new SeededRandom('strongroom key blob vectors, version 2');
  const [material, other] = [random.bytes(32), random.bytes(32)] as const;
  const place = { accountId: '000000000000', keyId: KEY_ID, materialVersion: 1 };
  const key = CustomerKey.generate(place, { bytes: () => Buffer.from(material) });
  const context: Record<string, string> = { SecretARN: ARN, SecretVersionId: VERSION_ID };
  const dataKey = random.bytes(32);
  const blob = key.encrypt(dataKey, context, random);
  const noPlaintext = key.encrypt(Buffer.alloc(0), {}, random);
  const longest = random.bytes(4096);
  const base = { keyId: KEY_ID, materialVersion: 1, material: hex(material), context, blob: hex(blob), expect: INVALID };
  const flipped = (index: number) => hex(withByte(blob, index, blob[index]! ^ 1));
  const [one, both] = ([2, 1] as const).map((version) =>
    collisionOf(version, { place, context, nonce: random.bytes(32), materials: [material, other] }),
  );
  const under = (opening: Buffer) => ({ opens: hex(opening) });
  const vectors: KeyBlobVector[] = [
    { ...base, name: 'a data key', expect: { opens: hex(dataKey) } },
    { ...base, name: 'no plaintext, no context', context: {}, blob: hex(noPlaintext), expect: { opens: '' } },
    { ...base, name: 'the longest plaintext', blob: hex(key.encrypt(longest, context, random)), expect: { opens: hex(longest) } },
    { ...base, name: 'another context', context: { ...context, SecretVersionId: `${VERSION_ID}x` } },
    { ...base, name: 'no context', context: {} },
    { ...base, name: 'another key', keyId: OTHER_KEY_ID },
    { ...base, name: 'another key, header to match', keyId: OTHER_KEY_ID, blob: hex(withByte(blob, 16, 0xac)) },
    { ...base, name: 'another material version', materialVersion: 2 },
    { ...base, name: 'other material', material: hex(other) },
    { ...base, name: 'passed off as version 1', blob: hex(withByte(blob, 0, 1)) },
    { ...base, name: 'an unknown format version', blob: hex(withByte(blob, 0, 3)) },
    { ...base, name: 'another nonce', blob: flipped(21) },
    { ...base, name: 'a bit flipped in the commitment', blob: flipped(53) },
    { ...base, name: 'a bit flipped in the ciphertext', blob: flipped(85) },
    { ...base, name: 'a bit flipped in the tag', blob: flipped(blob.length - 1) },
    { ...base, name: 'the commitment left out', blob: hex(Buffer.concat([blob.subarray(0, 53), blob.subarray(85)])) },
    { ...base, name: 'the tag cut to 12 bytes', blob: hex(blob.subarray(0, -4)) },
    { ...base, name: 'a byte too many', blob: `${hex(blob)}00` },
    { ...base, name: 'made for two materials, the one committed to', blob: hex(one!.blob), expect: under(one!.openings[0]) },
    { ...base, name: 'made for two materials, the other one', material: hex(other), blob: hex(one!.blob) },
  ];
  return [
    { ...base, name: 'made for two materials, one of them', blob: hex(both!.blob), expect: under(both!.openings[0]) },
    {
      ...base,
      name: 'made for two materials, the other one',
      material: hex(other),
      blob: hex(both!.blob),
      expect: under(both!.openings[1]),
    },
    ...vectors.map((vector) => ({ ...vector, name: `version 2: ${vector.name}` })),
  ];
}

function rootKeySeals(): RootKeySealVector[] {
  const random = new SeededRandom('strongroom root key vectors');
  const rootKeyBytes = random.bytes(32);
  const rootKey = RootKey.fromBytes(rootKeyBytes);
  const place = { accountId: '000000000000', keyId: KEY_ID, materialVersion: 1 };
  const material = random.bytes(32);
  const wrapped = CustomerKey.generate(place, { bytes: () => material }).wrap(rootKey, random);
  const base = {
    rootKey: hex(rootKeyBytes),
    purpose: 'key-material',
    context: { AccountId: place.accountId, KeyId: KEY_ID, MaterialVersion: '1' },
  };
  const accessKey = {
    purpose: 'access-key-secret',
    context: { AccountId: place.accountId, AccessKeyId: 'AKIAEXAMPLE000000000' },
  };
  const accessKeySecret = sealWithRootKey(rootKey, accessKey, Buffer.from('an example, not a credential'), random);
  return [
    { ...base, name: 'wrapped key material', sealed: hex(wrapped), expect: { opens: hex(material) } },
    {
      ...base,
      ...accessKey,
      name: 'another purpose of the same root key',
      sealed: hex(accessKeySecret),
      expect: { opens: hex(Buffer.from('an example, not a credential')) },
    },
    { ...base, name: 'opened for another purpose', purpose: 'access-key-secret', sealed: hex(wrapped), expect: INVALID },
    {
      ...base,
      name: 'another account',
      context: { ...base.context, AccountId: '000000000001' },
      sealed: hex(wrapped),
      expect: INVALID,
    },
    { ...base, name: 'another key', context: { ...base.context, KeyId: OTHER_KEY_ID }, sealed: hex(wrapped), expect: INVALID },
    {
      ...base,
      name: 'another material version',
      context: { ...base.context, MaterialVersion: '2' },
      sealed: hex(wrapped),
      expect: INVALID,
    },
    {
      ...base,
      name: 'another root key',
      rootKey: hex(random.bytes(32)),
      sealed: hex(wrapped),
      expect: { fails: 'WrongRootKeyException' },
    },
    {
      ...base,
      name: 'a bit flipped in the ciphertext',
      sealed: hex(withByte(wrapped, 49, wrapped[49]! ^ 0x80)),
      expect: INVALID,
    },
    { ...base, name: 'an unknown format version', sealed: hex(withByte(wrapped, 0, 2)), expect: INVALID },
  ];
}

function secretValues(): SecretValueVector[] {
  const random = new SeededRandom('strongroom secret value vectors');
  const dataKey = random.bytes(32);
  const place = { secretArn: ARN, secretVersionId: VERSION_ID };
  const seal = (value: SecretValue): Buffer => sealSecretValue(dataKey, place, value, random);
  const text = '{"username":"app","password":"pässwörd"}';
  const string = seal({ kind: 'string', text });
  const bytes = Buffer.from('00ff8000', 'hex');
  const binary = seal({ kind: 'binary', bytes });
  const base = { dataKey: hex(dataKey), ...place };
  const invalid = { fails: 'InvalidCiphertextException' };
  return [
    { ...base, name: 'a string', sealed: hex(string), expect: { kind: 'string', opens: hex(Buffer.from(text)) } },
    { ...base, name: 'binary', sealed: hex(binary), expect: { kind: 'binary', opens: hex(bytes) } },
    { ...base, name: 'binary passed off as a string', sealed: hex(withByte(binary, 1, 1)), expect: invalid },
    { ...base, name: 'another secret', secretArn: ARN.replace('prod', 'test'), sealed: hex(string), expect: invalid },
    { ...base, name: 'another version', secretVersionId: VERSION_ID.replace('0a', '0b'), sealed: hex(string), expect: invalid },
    { ...base, name: 'another data key', dataKey: hex(random.bytes(32)), sealed: hex(string), expect: invalid },
    { ...base, name: 'an unknown kind', sealed: hex(withByte(string, 1, 3)), expect: invalid },
    { ...base, name: 'an unknown format version', sealed: hex(withByte(string, 0, 2)), expect: invalid },
    { ...base, name: 'cut short', sealed: hex(string.subarray(0, 29)), expect: invalid },
  ];
}

function keyMaterialIds(): KeyMaterialIdVector[] {
  const random = new SeededRandom('strongroom key material id vectors');
  const vector = (name: string, keyId: string, material: Buffer): KeyMaterialIdVector => ({
    name,
    keyId,
    material: hex(material),
    id: keyMaterialIdOf({ keyId }, material),
  });
  const material = random.bytes(32);
  return [
    vector('symmetric', KEY_ID, material),
    vector('the same material of another key', OTHER_KEY_ID, material),
    vector('HMAC_224', KEY_ID, random.bytes(28)),
    vector('as long as PKCS #8 of RSA_4096', KEY_ID, random.bytes(2_374)),
  ];
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function withByte(bytes: Buffer, index: number, value: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[index] = value;
  return copy;
}
