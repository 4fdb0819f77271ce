import { systemRandom } from '@strongroom/random';
import { constants, createHash, createPrivateKey, privateEncrypt, sign as nodeSign } from 'node:crypto';
import { algorithmsOf, sign, verify, type PrivateKey, type PublicKey, type SigningAlgorithm } from '.';
import { INTEGER, SEQUENCE, der, derInteger } from './der';
import { ASYMMETRIC, keyOf, materialOf } from './material.testing';
import { SIGNING_SCHEMES } from './signing-schemes';

const MESSAGE = Buffer.from('a message');
const schemeOf = (algorithm: SigningAlgorithm) => SIGNING_SCHEMES[algorithm as keyof typeof SIGNING_SCHEMES];
const hash = (name: string, ...parts: Uint8Array[]) => createHash(name).update(Buffer.concat(parts)).digest();

const cases = ASYMMETRIC.flatMap((spec) =>
  algorithmsOf(spec, 'SIGN_VERIFY').flatMap((algorithm) =>
    schemeOf(algorithm).messageTypes.map((messageType) => ({ spec, algorithm, messageType })),
  ),
);

describe.each(cases)('$spec $algorithm $messageType', ({ spec, algorithm, messageType }) => {
  const scheme = schemeOf(algorithm);
  const digest = hash(scheme.hash?.name ?? 'sha512', MESSAGE);
  const request = { algorithm, messageType, message: messageType === 'RAW' ? MESSAGE : digest };
  let key: PrivateKey;
  let signature: Buffer;
  beforeAll(async () => {
    key = await keyOf(spec);
    signature = await sign(key, request);
  });
  const refused = (bytes: Uint8Array, other = request) =>
    expect(verify(key.publicKey, other, bytes)).rejects.toMatchObject({ reason: 'KMSInvalidSignatureException' });

  it('verifies, hashed here or by the caller', async () => {
    await verify(key.publicKey, request, signature);
    if (scheme.hash) {
      await verify(key.publicKey, { algorithm, message: MESSAGE }, signature);
      await verify(key.publicKey, { algorithm, messageType: 'DIGEST', message: digest }, signature);
    }
  });

  it('does not verify if anything is different', async () => {
    const altered = Buffer.from(signature);
    altered[altered.length >> 1]! ^= 1;
    for (const wrong of [
      altered,
      signature.subarray(1),
      signature.subarray(0, -1),
      Buffer.concat([signature, Buffer.of(0)]),
      Buffer.concat([Buffer.of(0), signature]),
      Buffer.alloc(signature.length),
      Buffer.alloc(signature.length, 0xff),
      Buffer.alloc(0),
    ]) {
      await refused(wrong);
    }
    const otherMessage = Buffer.from(request.message);
    otherMessage[0]! ^= 1;
    await refused(signature, { ...request, message: otherMessage });
  });

  it('takes messages of the right length only', async () => {
    const limits = messageType === 'RAW' ? [4097] : [digest.length - 1, digest.length + 1, 0];
    for (const length of limits) {
      const wrong = { ...request, message: Buffer.alloc(length) };
      await expect(sign(key, wrong)).rejects.toMatchObject({ reason: 'ValidationException' });
      await expect(verify(key.publicKey, wrong, signature)).rejects.toMatchObject({ reason: 'ValidationException' });
    }
    const right = { ...request, message: Buffer.alloc(messageType === 'RAW' ? 4096 : digest.length) };
    await verify(key.publicKey, right, await sign(key, right));
  });
});

it.each([
  ['ECC_NIST_EDWARDS25519', 'ED25519_SHA_512', 'DIGEST', 'Message type DIGEST is incompatible with algorithm ED25519_SHA_512.'],
  ['ECC_NIST_EDWARDS25519', 'ED25519_PH_SHA_512', 'RAW', 'Message type RAW is incompatible with algorithm ED25519_PH_SHA_512.'],
  ['ML_DSA_44', 'ML_DSA_SHAKE_256', 'DIGEST', 'Message type DIGEST is incompatible with key spec ML_DSA_44.'],
  ['ECC_NIST_P256', 'ECDSA_SHA_256', 'EXTERNAL_MU', 'Message type EXTERNAL_MU is incompatible with key spec ECC_NIST_P256.'],
] as const)('%s %s does not sign %s', async (spec, algorithm, messageType, message) => {
  const signing = sign(await keyOf(spec), { algorithm, messageType, message: Buffer.alloc(64) });
  await expect(signing).rejects.toMatchObject({ reason: 'ValidationException', message });
});

it('says which length a digest does not have', async () => {
  const key = await keyOf('ECC_NIST_P384');
  const digest = { algorithm: 'ECDSA_SHA_384', messageType: 'DIGEST', message: Buffer.alloc(32) } as const;
  await expect(sign(key, digest)).rejects.toThrow('Digest is invalid length for algorithm ECDSA_SHA_384.');
  const mu = { algorithm: 'ML_DSA_SHAKE_256', messageType: 'EXTERNAL_MU', message: Buffer.alloc(32) } as const;
  await expect(sign(await keyOf('ML_DSA_44'), mu)).rejects.toThrow(
    'External Mu is invalid length for algorithm ML_DSA_SHAKE_256.',
  );
});

it('signs with algorithms of the key only', async () => {
  const key = await keyOf('ECC_NIST_P256');
  for (const algorithm of ['ECDSA_SHA_384', 'RSASSA_PSS_SHA_256', 'ML_DSA_SHAKE_256', 'SM2DSA'] as const) {
    const error = { reason: 'InvalidKeyUsageException' };
    await expect(sign(key, { algorithm, message: MESSAGE })).rejects.toMatchObject(error);
    await expect(verify(key.publicKey, { algorithm, message: MESSAGE }, Buffer.alloc(64))).rejects.toMatchObject(error);
  }
});

it('says as little as possible of a wrong signature', async () => {
  const verifying = verify((await keyOf('ECC_NIST_P256')).publicKey, { algorithm: 'ECDSA_SHA_256', message: MESSAGE }, MESSAGE);
  await expect(verifying).rejects.toThrow(/^The request was rejected because the signature verification failed\./);
});

/** The two ways to verify what has a hash: OpenSSL's, and ours. They must agree on every signature. */
async function bothVerify(key: PublicKey, algorithm: SigningAlgorithm, signature: Uint8Array): Promise<boolean> {
  const requests = [
    { algorithm, message: MESSAGE },
    { algorithm, messageType: 'DIGEST' as const, message: hash(schemeOf(algorithm).hash!.name, MESSAGE) },
  ];
  const [raw, digest] = await Promise.all(
    requests.map((request) =>
      verify(key, request, signature).then(
        () => true,
        () => false,
      ),
    ),
  );
  expect(digest).toBe(raw);
  return raw!;
}

describe('odd signatures of ECDSA', () => {
  const ORDERS = {
    ECC_NIST_P256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    ECC_SECG_P256K1: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
  };

  describe.each(['ECC_NIST_P256', 'ECC_SECG_P256K1'] as const)('%s', (spec) => {
    const n = ORDERS[spec];
    let key: PrivateKey;
    let r: bigint;
    let s: bigint;
    beforeAll(async () => {
      key = await keyOf(spec);
      const { privateMaterial } = await materialOf(spec);
      const pkcs8 = createPrivateKey({ key: privateMaterial, format: 'der', type: 'pkcs8' });
      const plain = nodeSign('sha256', MESSAGE, { key: pkcs8, dsaEncoding: 'ieee-p1363' });
      r = BigInt(`0x${plain.toString('hex', 0, 32)}`);
      s = BigInt(`0x${plain.toString('hex', 32)}`);
    });
    const valid = (signature: Uint8Array) => bothVerify(key.publicKey, 'ECDSA_SHA_256', signature);
    const encoded = (first: bigint, second: bigint) => der(SEQUENCE, derInteger(first), derInteger(second));

    it('verify with s low or high', async () => {
      expect(await valid(encoded(r, s))).toBe(true);
      expect(await valid(encoded(r, n - s))).toBe(true);
    });

    it('do not verify with numbers out of range', async () => {
      for (const [first, second] of [
        [0n, s],
        [r, 0n],
        [0n, 0n],
        [n, s],
        [r, n],
        [r + n, s],
        [r, s + n],
        [n - r, s],
        [1n, 1n],
        [s, r],
      ] as const) {
        expect(await valid(encoded(first, second))).toBe(false);
      }
    });

    it('do not verify in another encoding than DER', async () => {
      const [first, second] = [derInteger(r), derInteger(s)];
      const content = Buffer.concat([first, second]);
      const padded = (integer: Buffer) => der(INTEGER, Buffer.of(0), integer.subarray(2));
      for (const signature of [
        Buffer.concat([Buffer.of(SEQUENCE, 0x81, content.length), content]),
        Buffer.concat([Buffer.of(SEQUENCE, 0x80), content, Buffer.of(0, 0)]),
        der(SEQUENCE, padded(padded(first)), second),
        der(SEQUENCE, first, padded(padded(second))),
        der(SEQUENCE, first, second, Buffer.of(5, 0)),
        der(SEQUENCE, first),
        Buffer.concat([encoded(r, s), Buffer.of(0)]),
        Buffer.from(r.toString(16).padStart(64, '0') + s.toString(16).padStart(64, '0'), 'hex'),
        // A negative number: the first bit of its first byte is set.
        der(SEQUENCE, der(INTEGER, Buffer.alloc(32, 0xff)), second),
      ]) {
        expect(await valid(signature)).toBe(false);
      }
    });
  });

  it('have s high as often as low', async () => {
    const key = await keyOf('ECC_SECG_P256K1');
    const request = { algorithm: 'ECDSA_SHA_256', messageType: 'DIGEST', message: hash('sha256', MESSAGE) } as const;
    const signatures = await Promise.all(Array.from({ length: 64 }, () => sign(key, request)));
    const high = signatures.filter((signature) => {
      const s = signature.subarray(-32);
      return BigInt(`0x${s.toString('hex')}`) > ORDERS.ECC_SECG_P256K1 / 2n;
    });
    // All on one side: once in 2^63 runs.
    expect(high.length).toBeGreaterThan(0);
    expect(high.length).toBeLessThan(64);
    expect(new Set(signatures.map(String)).size).toBe(64);
  });
});

describe('forged signatures of RSA', () => {
  let key: PrivateKey;
  beforeAll(async () => {
    key = await keyOf('RSA_2048');
  });
  const digest = hash('sha256', MESSAGE);
  const INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');
  /** A signature of whatever encoding, as only the owner of the key can make it. */
  const signed = (encoding: Buffer) => privateEncrypt({ key: key.keyObject(), padding: constants.RSA_NO_PADDING }, encoding);
  const block = (start: Buffer, end: Buffer, fill = 0xff) =>
    Buffer.concat([start, Buffer.alloc(256 - start.length - end.length, fill), end]);

  it('of PKCS #1 v1.5 do not verify', async () => {
    const valid = (encoding: Buffer) => bothVerify(key.publicKey, 'RSASSA_PKCS1_V1_5_SHA_256', signed(encoding));
    const start = Buffer.of(0, 1);
    const zero = Buffer.of(0);
    expect(await valid(block(start, Buffer.concat([zero, INFO, digest])))).toBe(true);

    const withoutNull = Buffer.from('302f300b0609608648016503040201' + '0420', 'hex');
    const otherHash = Buffer.from(INFO.toString('hex').replace('040201', '040203'), 'hex');
    const longForm = Buffer.concat([Buffer.of(0x30, 0x81), INFO.subarray(1)]);
    for (const encoding of [
      // Bleichenbacher's: little padding, and anything after the digest.
      Buffer.concat([start, Buffer.alloc(8, 0xff), zero, INFO, digest, Buffer.alloc(256 - 11 - 51, 1)]),
      block(start, Buffer.concat([zero, INFO, digest, Buffer.of(0)])),
      block(Buffer.of(0, 2), Buffer.concat([zero, INFO, digest])),
      block(Buffer.of(0, 1), Buffer.concat([zero, INFO, digest]), 0xfe),
      block(Buffer.of(0, 0), Buffer.concat([zero, INFO, digest]), 0),
      block(start, Buffer.concat([zero, withoutNull, digest])),
      block(start, Buffer.concat([zero, otherHash, digest])),
      block(start, Buffer.concat([zero, longForm, digest])),
      block(start, Buffer.concat([zero, digest])),
      block(start, Buffer.concat([zero, INFO, digest.subarray(1)])),
    ]) {
      expect(await valid(encoding)).toBe(false);
    }
  });

  it('of PSS do not verify', async () => {
    const plain = await sign(key, { algorithm: 'RSASSA_PSS_SHA_256', message: MESSAGE });
    expect(await bothVerify(key.publicKey, 'RSASSA_PSS_SHA_256', plain)).toBe(true);
    const native = { key: key.keyObject(), padding: constants.RSA_PKCS1_PSS_PADDING };
    for (const saltLength of [0, 20, 31, 33, 222]) {
      expect(await bothVerify(key.publicKey, 'RSASSA_PSS_SHA_256', nodeSign('sha256', MESSAGE, { ...native, saltLength }))).toBe(
        false,
      );
    }
    const otherHash = nodeSign('sha384', MESSAGE, { ...native, saltLength: 32 });
    expect(await bothVerify(key.publicKey, 'RSASSA_PSS_SHA_256', otherHash)).toBe(false);

    const encoding = (trailer: number, separator: number, firstBit: number) => {
      const seed = hash('sha256', Buffer.alloc(8), digest, Buffer.alloc(32, 9));
      const mask = Buffer.concat(Array.from({ length: 7 }, (_, i) => hash('sha256', seed, Buffer.of(0, 0, 0, i))));
      const data = Buffer.concat([Buffer.alloc(190), Buffer.of(separator), Buffer.alloc(32, 9)]);
      const masked = Buffer.from(data.map((byte, i) => byte ^ mask[i]!));
      masked[0] = (masked[0]! & 0x7f) | firstBit;
      return Buffer.concat([masked, seed, Buffer.of(trailer)]);
    };
    const valid = (bytes: Buffer) => bothVerify(key.publicKey, 'RSASSA_PSS_SHA_256', signed(bytes));
    expect(await valid(encoding(0xbc, 1, 0))).toBe(true);
    expect(await valid(encoding(0xbb, 1, 0))).toBe(false);
    expect(await valid(encoding(0xbc, 2, 0))).toBe(false);
    // Where the modulus is large enough to hold the encoding with its first bit set, the bit must still be zero.
    const { n } = key.publicKey.keyObject().export({ format: 'jwk' });
    if (Buffer.from(n!, 'base64url').compare(encoding(0xbc, 1, 0x80)) > 0)
      expect(await valid(encoding(0xbc, 1, 0x80))).toBe(false);
  });

  it('whose first byte, a zero, is left out do not verify', async () => {
    for (const algorithm of ['RSASSA_PKCS1_V1_5_SHA_256', 'RSASSA_PSS_SHA_256'] as const) {
      let message: Buffer;
      let signature: Buffer;
      let count = 0;
      do {
        message = Buffer.from(String(count++));
        signature = await sign(key, { algorithm, message });
      } while (signature[0] !== 0);
      const [digest, short] = [hash('sha256', message), signature.subarray(1)];
      for (const request of [
        { algorithm, message },
        { algorithm, messageType: 'DIGEST' as const, message: digest },
      ]) {
        await verify(key.publicKey, request, signature);
        await expect(verify(key.publicKey, request, short)).rejects.toMatchObject({ reason: 'KMSInvalidSignatureException' });
      }
    }
  });

  it('that are too large by the modulus do not verify', async () => {
    const { n } = key.publicKey.keyObject().export({ format: 'jwk' });
    const modulus = BigInt(`0x${Buffer.from(n!, 'base64url').toString('hex')}`);
    for (const algorithm of ['RSASSA_PKCS1_V1_5_SHA_256', 'RSASSA_PSS_SHA_256'] as const) {
      const signature = await sign(key, { algorithm, message: MESSAGE });
      const larger = (BigInt(`0x${signature.toString('hex')}`) + modulus).toString(16);
      const bytes = Buffer.from(larger.length % 2 ? `0${larger}` : larger, 'hex');
      expect(await bothVerify(key.publicKey, algorithm, bytes)).toBe(false);
    }
  });
});

describe('malleable signatures of Ed25519', () => {
  const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
  const requests = [
    { algorithm: 'ED25519_SHA_512', message: MESSAGE },
    { algorithm: 'ED25519_PH_SHA_512', messageType: 'DIGEST', message: hash('sha512', MESSAGE) },
  ] as const;

  it.each(requests)('$algorithm: do not verify', async (request) => {
    const key = await keyOf('ECC_NIST_EDWARDS25519');
    const signature = await sign(key, request);
    const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`);
    const larger = Buffer.from((s + ORDER).toString(16).padStart(64, '0'), 'hex').reverse();
    const identity = Buffer.concat([Buffer.of(1), Buffer.alloc(63)]);
    for (const wrong of [Buffer.concat([signature.subarray(0, 32), larger]), identity, Buffer.alloc(64)]) {
      await expect(verify(key.publicKey, request, wrong)).rejects.toMatchObject({ reason: 'KMSInvalidSignatureException' });
    }
  });

  // y = p + 1 is the identity, too, as ZIP 215 reads it. Whoever has the key can make signatures with it.
  it.each(requests)('$algorithm: do not verify with a point in another form', async (request) => {
    const key = await keyOf('ECC_NIST_EDWARDS25519');
    const littleEndian = (bytes: Buffer) => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
    const secret = hash('sha512', key.scalar()).subarray(0, 32);
    secret[0]! &= 248;
    secret[31] = (secret[31]! & 63) | 64;
    const signature = (point: Buffer) => {
      const prehashed = request.algorithm === 'ED25519_PH_SHA_512';
      const prefix = prehashed ? Buffer.from('SigEd25519 no Ed25519 collisions\u0001\u0000') : Buffer.alloc(0);
      const message = prehashed ? hash('sha512', request.message) : request.message;
      const challenge = littleEndian(hash('sha512', prefix, point, key.publicKey.raw, message));
      const s = (challenge * littleEndian(secret)) % ORDER;
      return Buffer.concat([point, Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse()]);
    };
    const identity = Buffer.concat([Buffer.of(1), Buffer.alloc(31)]);
    const other = Buffer.concat([Buffer.of(0xee), Buffer.alloc(30, 0xff), Buffer.of(0x7f)]);
    // The computation is right: the identity in its own form verifies.
    await verify(key.publicKey, request, signature(identity));
    await expect(verify(key.publicKey, request, signature(other))).rejects.toThrow('verification failed');
  });

  it('of the one algorithm are none of the other', async () => {
    const key = await keyOf('ECC_NIST_EDWARDS25519');
    const [pure, prehashed] = requests;
    const signature = await sign(key, { ...pure, message: prehashed.message });
    await expect(verify(key.publicKey, prehashed, signature)).rejects.toThrow();
  });
});

it('draws salts and nonces from the source it is given', async () => {
  const key = await keyOf('RSA_2048');
  const lengths: number[] = [];
  const random = {
    bytes: (length: number) => {
      lengths.push(length);
      return systemRandom.bytes(length);
    },
  };
  await sign(key, { algorithm: 'RSASSA_PSS_SHA_384', messageType: 'DIGEST', message: Buffer.alloc(48) }, random);
  await sign(
    await keyOf('ECC_NIST_P521'),
    { algorithm: 'ECDSA_SHA_512', messageType: 'DIGEST', message: Buffer.alloc(64) },
    random,
  );
  await sign(await keyOf('ML_DSA_44'), { algorithm: 'ML_DSA_SHAKE_256', message: MESSAGE }, random);
  expect(lengths).toEqual([48, 66, 32]);
});
