import { generatePrimeSync } from 'node:crypto';
import { PrivateKey, parseMaterial, type KeySpec } from '.';
import { BIT_STRING, DerReader, INTEGER, OCTET_STRING, SEQUENCE, der } from './der';
import { readPrivateKeyInfo, readPublicKeyInfo, writePrivateKeyInfo } from './key-info';
import { readRsaPrivateKey, writeRsaPrivateKey, type RsaNumbers } from './rsa-numbers';
import { SUPPORTED, materialOf } from './material.testing';

const INCORRECT = { reason: 'IncorrectKeyMaterialException' };

/** The content of the octet string of freshly generated material. */
async function privateKeyOf(spec: KeySpec): Promise<Buffer> {
  return readPrivateKeyInfo(spec, (await materialOf(spec)).privateMaterial).privateKey;
}

it.each(SUPPORTED)('%s: takes what is generated, as it is', async (spec) => {
  const material = await materialOf(spec);
  const parsed = await parseMaterial(spec, material.privateMaterial);
  expect(parsed).toEqual(material);
  // The caller erases what it gave.
  expect(parsed.privateMaterial).not.toBe(material.privateMaterial);
});

it.each(SUPPORTED)('%s: refuses what is cut, longer or empty', async (spec) => {
  const { privateMaterial } = await materialOf(spec);
  for (const bytes of [privateMaterial.subarray(0, -1), Buffer.concat([privateMaterial, Buffer.of(0)]), Buffer.alloc(0)]) {
    await expect(parseMaterial(spec, bytes)).rejects.toMatchObject(INCORRECT);
  }
});

it('refuses a key of another spec', async () => {
  for (const [spec, other] of [
    ['ECC_NIST_P256', 'ECC_SECG_P256K1'],
    ['RSA_3072', 'RSA_2048'],
    ['ML_KEM_512', 'ML_KEM_768'],
    ['ML_DSA_44', 'ECC_NIST_EDWARDS25519'],
    ['HMAC_256', 'HMAC_384'],
  ] as const) {
    const { privateMaterial } = await materialOf(other);
    await expect(parseMaterial(spec, privateMaterial)).rejects.toMatchObject(INCORRECT);
  }
});

it('does not know SM2', async () => {
  await expect(parseMaterial('SM2', Buffer.alloc(32))).rejects.toMatchObject({ reason: 'UnsupportedOperationException' });
});

describe('RSA', () => {
  let good: RsaNumbers;
  beforeAll(async () => {
    good = readRsaPrivateKey(await privateKeyOf('RSA_2048'));
  });

  const refuse = async (numbers: RsaNumbers) => {
    const bytes = writePrivateKeyInfo('RSA_2048', writeRsaPrivateKey(numbers));
    await expect(parseMaterial('RSA_2048', bytes)).rejects.toMatchObject(INCORRECT);
  };
  /** Numbers that fit each other, whatever p and q are. */
  const numbersOf = (p: bigint, q: bigint, e = 65_537n): RsaNumbers => {
    const d = inverse(e, (p - 1n) * (q - 1n));
    return { n: p * q, e, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qInv: inverse(q, p) };
  };

  it('takes other numbers that fit', async () => {
    const numbers = numbersOf(good.q, good.p, 65_539n);
    await parseMaterial('RSA_2048', writePrivateKeyInfo('RSA_2048', writeRsaPrivateKey(numbers)));
  });

  it.each(['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qInv'] as const)('refuses another %s', async (name) => {
    await refuse({ ...good, [name]: good[name] + 2n });
  });

  it('refuses a small exponent', () => refuse(numbersOf(...primesFor(3n), 3n)));

  it('refuses a factor that is not prime, although all fits', async () => {
    let composite: bigint;
    do composite = generatePrimeSync(512, { bigint: true }) * generatePrimeSync(512, { bigint: true });
    while ((composite * good.q).toString(2).length !== 2048 || gcd(composite - 1n, 65_537n) !== 1n);
    await refuse(numbersOf(composite, good.q));
  });

  it('refuses two equal primes', () => refuse({ ...good, q: good.p, n: good.p ** 2n, dq: good.dp }));

  function primesFor(e: bigint): [bigint, bigint] {
    const prime = () => {
      for (;;) {
        const candidate = generatePrimeSync(1024, { bigint: true });
        // Of two such numbers the product has 2,048 bits.
        if (candidate >> 1022n === 3n && gcd(candidate - 1n, e) === 1n) return candidate;
      }
    };
    return [prime(), prime()];
  }
});

describe('elliptic curves', () => {
  const ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
  const p256 = (scalar: bigint, ...rest: Buffer[]) =>
    writePrivateKeyInfo(
      'ECC_NIST_P256',
      der(
        SEQUENCE,
        der(INTEGER, Buffer.of(1)),
        der(OCTET_STRING, Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex')),
        ...rest,
      ),
    );
  const publicPart = (point: Buffer) => der(0xa1, der(BIT_STRING, Buffer.of(0), point));

  it('derives the public key where there is none', async () => {
    const material = await parseMaterial('ECC_NIST_P256', p256(ORDER - 1n));
    expect(PrivateKey.fromMaterial('ECC_NIST_P256', material.privateMaterial).publicKey.spki).toEqual(material.publicKey);
  });

  it('refuses a scalar out of range', async () => {
    for (const scalar of [0n, ORDER, ORDER + 1n]) {
      await expect(parseMaterial('ECC_NIST_P256', p256(scalar))).rejects.toMatchObject(INCORRECT);
    }
  });

  it('refuses a public key that is not of the private key', async () => {
    const { publicKey } = await materialOf('ECC_NIST_P256');
    const point = readPublicKeyInfo('ECC_NIST_P256', publicKey!);
    for (const given of [point, Buffer.of(0), Buffer.alloc(65, 4)]) {
      await expect(parseMaterial('ECC_NIST_P256', p256(5n, publicPart(given)))).rejects.toMatchObject(INCORRECT);
    }
  });
});

describe('Ed25519', () => {
  const spec = 'ECC_NIST_EDWARDS25519';
  /** The second version of PrivateKeyInfo, which has the public key too. */
  const second = (pkcs8: Buffer, publicKey: Buffer) => {
    const info = new DerReader(new DerReader(pkcs8).read(SEQUENCE));
    info.read(INTEGER);
    const algorithm = der(SEQUENCE, info.read(SEQUENCE));
    const privateKey = der(OCTET_STRING, info.read(OCTET_STRING));
    return der(SEQUENCE, der(INTEGER, Buffer.of(1)), algorithm, privateKey, der(0x81, Buffer.of(0), publicKey));
  };

  it('takes the form with a public key, if it is the right one', async () => {
    const material = await materialOf(spec);
    const publicKey = readPublicKeyInfo(spec, material.publicKey!);
    expect(await parseMaterial(spec, second(material.privateMaterial, publicKey))).toEqual(material);
    publicKey[0]! ^= 1;
    await expect(parseMaterial(spec, second(material.privateMaterial, publicKey))).rejects.toMatchObject(INCORRECT);
  });
});

describe.each(['ML_DSA_44', 'ML_KEM_512'] as const)('%s', (spec) => {
  it('takes a seed with the key that follows from it, and no key without its seed', async () => {
    const material = await materialOf(spec);
    const seed = readPrivateKeyInfo(spec, material.privateMaterial).privateKey.subarray(2);
    const expanded = Buffer.from(PrivateKey.fromMaterial(spec, material.privateMaterial).secretKey());
    const both = () => writePrivateKeyInfo(spec, der(SEQUENCE, der(OCTET_STRING, seed), der(OCTET_STRING, expanded)));

    expect(await parseMaterial(spec, both())).toEqual(material);
    const alone = parseMaterial(spec, writePrivateKeyInfo(spec, der(OCTET_STRING, expanded)));
    await expect(alone).rejects.toMatchObject({ ...INCORRECT, message: expect.stringContaining('with its seed') });
    expanded[100]! ^= 1;
    await expect(parseMaterial(spec, both())).rejects.toMatchObject(INCORRECT);
  });
});

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [r, next, s, t] = [modulus, value % modulus, 0n, 1n];
  while (next !== 0n) {
    const quotient = r / next;
    [r, next, s, t] = [next, r - quotient * next, t, s - quotient * t];
  }
  return ((s % modulus) + modulus) % modulus;
}
