import { createHash } from 'node:crypto';
import {
  MacKey,
  PrivateKey,
  PublicKey,
  decapsulate,
  encapsulate,
  generateMac,
  generateMaterial,
  parseMaterial,
  sign,
  verify,
  verifyMac,
  type KeySpec,
  type SigningAlgorithm,
} from '..';
import { signEd25519ph, verifyEd25519ph } from '../ed25519ph';
import { readPublicKeyInfo, writePrivateKeyInfo, writePublicKeyInfo } from '../key-info';
import { OCTET_STRING, der } from '../der';
import classic from './classic.json';
import postQuantum from './post-quantum.json';

// Published facts, in vectors/*.json with their sources.

const hex = (text: string) => Buffer.from(text, 'hex');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
/** A source of randomness that gives this. */
const fixed = (bytes: Buffer) => ({ bytes: (length: number) => Buffer.from(bytes.subarray(0, length)) });
const seeded = async (spec: KeySpec, seed: string) => {
  const { privateMaterial, publicKey } = await generateMaterial(spec, fixed(hex(seed)));
  return { key: PrivateKey.fromMaterial(spec, privateMaterial), publicKey: readPublicKeyInfo(spec, publicKey!) };
};

describe('HMAC (RFC 4231)', () => {
  it.each(classic.hmac.cases as { spec: KeySpec; key: string; message: string; mac: string }[])('$spec, $message', (fact) => {
    // HMAC fills a key up with zeros to a block, so a short key is the same as one of KMS's length that ends in zeros.
    const material = Buffer.alloc(fact.mac.length / 2);
    material.write(fact.key, 'hex');
    const key = MacKey.fromMaterial(fact.spec, material);
    const algorithm = `HMAC_SHA_${fact.spec.slice(-3) as '224'}` as const;
    expect(generateMac(key, algorithm, hex(fact.message)).toString('hex')).toBe(fact.mac);
    verifyMac(key, algorithm, hex(fact.message), hex(fact.mac));
  });
});

describe('ECDSA (RFC 6979)', () => {
  type Fact = Record<'privateKey' | 'publicKey' | 'message' | 'signature', string> & {
    spec: KeySpec;
    algorithm: SigningAlgorithm;
  };
  // Our signatures have random nonces, so the published ones can only be verified.
  it.each(classic.ecdsa.cases as Fact[])('$spec verifies the signature of $message', async (fact) => {
    const { publicKey } = await parseMaterial(fact.spec, hex(fact.privateKey));
    expect(publicKey!.toString('hex')).toBe(fact.publicKey);
    const key = PublicKey.fromSpki(fact.spec, publicKey!);
    const message = Buffer.from(fact.message);
    const digest = createHash(`sha${fact.algorithm.slice(-3)}`)
      .update(message)
      .digest();
    const { algorithm } = fact;
    await verify(key, { algorithm, message }, hex(fact.signature));
    await verify(key, { algorithm, messageType: 'DIGEST', message: digest }, hex(fact.signature));
  });
});

describe('Ed25519 (RFC 8032)', () => {
  const spec = 'ECC_NIST_EDWARDS25519';
  const keyOf = (seed: string) => PrivateKey.fromMaterial(spec, writePrivateKeyInfo(spec, der(OCTET_STRING, hex(seed))));

  it.each(classic.ed25519.pure)('signs "$message"', async ({ seed, publicKey, message, signature }) => {
    const key = keyOf(seed);
    expect(key.publicKey.raw.toString('hex')).toBe(publicKey);
    const request = { algorithm: 'ED25519_SHA_512', message: hex(message) } as const;
    expect((await sign(key, request)).toString('hex')).toBe(signature);
    await verify(key.publicKey, request, hex(signature));
  });

  // KMS takes digests only, as messages of Ed25519ph; the published message is shorter.
  it.each(classic.ed25519.prehashed)('signs "$message" with Ed25519ph', ({ seed, publicKey, message, signature }) => {
    const key = keyOf(seed);
    expect(key.publicKey.raw.toString('hex')).toBe(publicKey);
    expect(signEd25519ph(key, hex(message)).toString('hex')).toBe(signature);
    expect(verifyEd25519ph(key.publicKey, hex(message), hex(signature))).toBe(true);
  });
});

describe('ML-DSA (FIPS 204)', () => {
  type KeyFact = Record<'seed' | 'publicKeySha256' | 'secretKeySha256', string> & { spec: KeySpec };
  it.each(postQuantum.mlDsa.keyGen as KeyFact[])('$spec: keys follow from their seed', async (fact) => {
    const { key, publicKey } = await seeded(fact.spec, fact.seed);
    expect(sha256(publicKey)).toBe(fact.publicKeySha256);
    expect(sha256(key.secretKey())).toBe(fact.secretKeySha256);
  });

  type Fact = Record<'seed' | 'message' | 'context' | 'publicKeySha256' | 'signatureSha256', string> & { spec: KeySpec };
  it.each(postQuantum.mlDsa.knownAnswers as Fact[])('$spec: signs $message', async (fact) => {
    const { key, publicKey } = await seeded(fact.spec, fact.seed);
    expect(sha256(publicKey)).toBe(fact.publicKeySha256);
    // KMS has no context but the empty one; with μ from outside, any context will do.
    const mu = representative(publicKey, hex(fact.context), hex(fact.message));
    const request = { algorithm: 'ML_DSA_SHAKE_256', messageType: 'EXTERNAL_MU', message: mu } as const;
    // Without randomness ML-DSA is deterministic.
    const signature = await sign(key, request, fixed(Buffer.alloc(32)));
    expect(sha256(signature)).toBe(fact.signatureSha256);
    await verify(key.publicKey, request, signature);
  });

  it.each(postQuantum.mlDsa.externalMu as (Record<'publicKey' | 'mu' | 'signature', string> & { spec: KeySpec })[])(
    '$spec: verifies a signature of an external μ',
    async (fact) => {
      const key = PublicKey.fromSpki(fact.spec, writePublicKeyInfo(fact.spec, hex(fact.publicKey)));
      const request = { algorithm: 'ML_DSA_SHAKE_256', messageType: 'EXTERNAL_MU', message: hex(fact.mu) } as const;
      await verify(key, request, hex(fact.signature));
    },
  );

  it('signs a raw message as its μ with the empty context', async () => {
    const { key, publicKey } = await seeded('ML_DSA_44', '00'.repeat(32));
    const message = Buffer.from('a message');
    const signature = await sign(key, { algorithm: 'ML_DSA_SHAKE_256', message });
    const mu = representative(publicKey, Buffer.alloc(0), message);
    await verify(key.publicKey, { algorithm: 'ML_DSA_SHAKE_256', messageType: 'EXTERNAL_MU', message: mu }, signature);
  });

  /** μ of FIPS 204: the hash of the public key's hash and of the message with its context. */
  function representative(publicKey: Buffer, context: Buffer, message: Buffer): Buffer {
    const shake = (...parts: Buffer[]) => createHash('shake256', { outputLength: 64 }).update(Buffer.concat(parts)).digest();
    return shake(shake(publicKey), Buffer.of(0, context.length), context, message);
  }
});

describe('ML-KEM (FIPS 203)', () => {
  type KeyFact = Record<'seed' | 'publicKeySha256' | 'secretKeySha256', string> & { spec: KeySpec };
  it.each(postQuantum.mlKem.keyGen as KeyFact[])('$spec: keys follow from their seed', async (fact) => {
    const { key, publicKey } = await seeded(fact.spec, fact.seed);
    expect(sha256(publicKey)).toBe(fact.publicKeySha256);
    expect(sha256(key.secretKey())).toBe(fact.secretKeySha256);
  });

  type Encapsulation = Record<'publicKey' | 'random' | 'ciphertextSha256' | 'sharedSecret', string> & { spec: KeySpec };
  it.each(postQuantum.mlKem.encapsulation as Encapsulation[])('$spec: encapsulates', async (fact) => {
    const key = PublicKey.fromSpki(fact.spec, writePublicKeyInfo(fact.spec, hex(fact.publicKey)));
    const { ciphertext, sharedSecret } = await encapsulate(key, 'ML_KEM', fixed(hex(fact.random)));
    expect(sha256(ciphertext)).toBe(fact.ciphertextSha256);
    expect(sharedSecret.toString('hex')).toBe(fact.sharedSecret);
  });

  type Fact = Record<'seed' | 'random' | 'publicKeySha256' | 'ciphertextSha256' | 'sharedSecret', string> &
    Record<'otherCiphertext' | 'implicitlyRejected', string> & { spec: KeySpec };
  it.each(postQuantum.mlKem.knownAnswers as Fact[])('$spec: decapsulates, and rejects implicitly', async (fact) => {
    const { key, publicKey } = await seeded(fact.spec, fact.seed);
    expect(sha256(publicKey)).toBe(fact.publicKeySha256);
    const { ciphertext, sharedSecret } = await encapsulate(key.publicKey, 'ML_KEM', fixed(hex(fact.random)));
    expect(sha256(ciphertext)).toBe(fact.ciphertextSha256);
    expect(sharedSecret.toString('hex')).toBe(fact.sharedSecret);
    expect(await decapsulate(key, 'ML_KEM', ciphertext)).toEqual(sharedSecret);
    const other = await decapsulate(key, 'ML_KEM', hex(fact.otherCiphertext));
    expect(other.toString('hex')).toBe(fact.implicitlyRejected);
  });
});
