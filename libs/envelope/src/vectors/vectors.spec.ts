import { createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDomainError } from '@strongroom/errors';
import { CustomerKey, RootKey, encodeEncryptionContext, keyMaterialIdOf, openSecretValue, openWithRootKey } from '../index';
import { buildVectors, type Vectors } from './build-vectors';

const file = join(__dirname, 'vectors.json');
if (process.env.STRONGROOM_WRITE_VECTORS) writeFileSync(file, `${JSON.stringify(buildVectors(), null, 2)}\n`);
const vectors: Vectors = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Vectors) : undefined!;

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');

/** What happened, in the form in which a vector says what should. */
function outcome(open: () => Buffer): { opens: string } | { fails: string } {
  try {
    return { opens: open().toString('hex') };
  } catch (error) {
    if (!isDomainError(error)) throw error;
    return { fails: error.reason };
  }
}

it('still builds the committed vectors, byte for byte', () => {
  expect(buildVectors()).toEqual(vectors);
});

describe('encryption contexts', () => {
  it.each(vectors.contexts)('$name', ({ entries, encoded }) => {
    expect(encodeEncryptionContext(Object.fromEntries(entries)).toString('hex')).toBe(encoded);
    expect(encodeEncryptionContext(Object.fromEntries(entries.toReversed())).toString('hex')).toBe(encoded);
  });
});

describe('key blobs', () => {
  it.each(vectors.keyBlobs)('$name', (vector) => {
    const place = { accountId: '000000000000', keyId: vector.keyId, materialVersion: vector.materialVersion };
    const key = CustomerKey.generate(place, { bytes: () => bytes(vector.material) });
    expect(outcome(() => key.decrypt(bytes(vector.blob), vector.context))).toEqual(vector.expect);
  });

  it('open by the description of the format alone', () => {
    for (const { material, context, blob, expect: expected } of vectors.keyBlobs) {
      if (!('opens' in expected)) continue;
      const sealed = bytes(blob);
      const open =
        sealed[0] === 1
          ? openBy(bytes(material), 'strongroom/key-blob/v1', sealed, 21, context)
          : openCommitted(bytes(material), sealed, context);
      expect(open).toBe(expected.opens);
    }
  });
});

describe('root key seals', () => {
  it.each(vectors.rootKeySeals)('$name', ({ rootKey, purpose, context, sealed, expect: expected }) => {
    const key = RootKey.fromBytes(bytes(rootKey));
    expect(outcome(() => openWithRootKey(key, { purpose, context }, bytes(sealed)))).toEqual(expected);
  });

  it('open by the description of the format alone', () => {
    for (const { rootKey, purpose, context, sealed, expect: expected } of vectors.rootKeySeals) {
      if (!('opens' in expected)) continue;
      const label = `strongroom/root-key/seal/v1/${purpose}`;
      expect(openBy(bytes(rootKey), label, bytes(sealed), 17, context)).toBe(expected.opens);
    }
  });
});

describe('secret values', () => {
  it.each(vectors.secretValues)('$name', ({ dataKey, secretArn, secretVersionId, sealed, expect: expected }) => {
    let kind: string | undefined;
    const result = outcome(() => {
      const value = openSecretValue(bytes(dataKey), { secretArn, secretVersionId }, bytes(sealed));
      kind = value.kind;
      return value.kind === 'string' ? Buffer.from(value.text) : value.bytes;
    });
    expect({ ...result, ...(kind && { kind }) }).toEqual(expected);
  });
});

describe('key material ids', () => {
  it.each(vectors.keyMaterialIds)('$name', ({ keyId, material, id }) => {
    expect(keyMaterialIdOf({ keyId }, bytes(material))).toBe(id);
    const salt = bytes(keyId.replaceAll('-', ''));
    const derived = Buffer.from(hkdfSync('sha256', bytes(material), salt, 'strongroom/key-material-id/v1', 32));
    expect(derived.toString('hex')).toBe(id);
  });
});

/** A second implementation of docs/adr/0002-ciphertext-formats.md, by node's own HKDF. */
function openBy(key: Buffer, label: string, sealed: Buffer, prefix: number, context: Record<string, string>): string {
  const nonce = sealed.subarray(prefix, prefix + 32);
  const subkey = Buffer.from(hkdfSync('sha256', key, nonce, label, 32));
  const decipher = createDecipheriv('aes-256-gcm', subkey, nonce.subarray(0, 12));
  decipher.setAAD(Buffer.concat([sealed.subarray(0, prefix + 32), encodeEncryptionContext(context)]));
  decipher.setAuthTag(sealed.subarray(-16));
  return decipher.update(sealed.subarray(prefix + 32, -16), undefined, 'hex') + decipher.final('hex');
}

/** A second implementation of docs/adr/0016-key-commitment.md. */
function openCommitted(material: Buffer, blob: Buffer, context: Record<string, string>): string {
  const nonce = blob.subarray(21, 53);
  const bound = Buffer.concat([blob.subarray(0, 53), encodeEncryptionContext(context)]);
  const fixed = Buffer.concat([Buffer.from('strongroom/key-blob/v2'), Buffer.of(0), bound, Buffer.of(0, 0, 2, 0)]);
  const derived = createHmac('sha512', material)
    .update(Buffer.of(0, 0, 0, 1))
    .update(fixed)
    .digest();
  expect(blob.subarray(53, 85)).toEqual(derived.subarray(32));
  const decipher = createDecipheriv('aes-256-gcm', derived.subarray(0, 32), nonce.subarray(0, 12));
  decipher.setAAD(bound);
  decipher.setAuthTag(blob.subarray(-16));
  return decipher.update(blob.subarray(85, -16), undefined, 'hex') + decipher.final('hex');
}
