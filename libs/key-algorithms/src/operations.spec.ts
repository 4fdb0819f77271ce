import { systemRandom } from '@strongroom/random';
import { createECDH, createHash, createHmac, publicEncrypt, constants } from 'node:crypto';
import {
  MacKey,
  PrivateKey,
  algorithmsOf,
  decapsulate,
  decrypt,
  deriveSharedSecret,
  encapsulate,
  encrypt,
  generateMac,
  generateMaterial,
  maxPlaintextBytes,
  verifyMac,
} from '.';
import { writePublicKeyInfo } from './key-info';
import { keyOf } from './material.testing';

describe('RSA encryption', () => {
  let key: PrivateKey;
  beforeAll(async () => {
    key = await keyOf('RSA_2048');
  });

  it.each(
    (['RSA_2048', 'RSA_3072', 'RSA_4096'] as const).flatMap((spec) =>
      algorithmsOf(spec, 'ENCRYPT_DECRYPT').map((algorithm) => ({ spec, algorithm })),
    ),
  )('$spec takes its longest plaintext with $algorithm, and none longer', async ({ spec, algorithm }) => {
    const rsa = await keyOf(spec);
    const longest = systemRandom.bytes(maxPlaintextBytes(spec, algorithm));
    const ciphertext = await encrypt(rsa.publicKey, algorithm, longest);
    expect(ciphertext).toHaveLength(Number(spec.slice(4)) / 8);
    expect(await decrypt(rsa, algorithm, ciphertext)).toEqual(longest);
    const longer = encrypt(rsa.publicKey, algorithm, Buffer.concat([longest, Buffer.of(0)]));
    await expect(longer).rejects.toMatchObject({ reason: 'ValidationException' });
  });

  it('has one error for each ciphertext that does not open', async () => {
    const ciphertext = await encrypt(key.publicKey, 'RSAES_OAEP_SHA_256', Buffer.from('m'));
    const altered = Buffer.from(ciphertext);
    altered[255]! ^= 1;
    const pkcs1 = publicEncrypt({ key: key.publicKey.keyObject(), padding: constants.RSA_PKCS1_PADDING }, Buffer.from('m'));
    const label = { key: key.publicKey.keyObject(), oaepHash: 'sha256', oaepLabel: Buffer.from('l') };
    const labelled = publicEncrypt(label, Buffer.from('m'));
    const wrong = [
      altered,
      pkcs1,
      labelled,
      ciphertext.subarray(1),
      ciphertext.subarray(0, 255),
      Buffer.concat([ciphertext, Buffer.of(0)]),
      Buffer.concat([Buffer.of(0), ciphertext]),
      Buffer.alloc(0),
      Buffer.alloc(256),
      Buffer.alloc(256, 0xff),
    ];
    const messages = new Set<string>();
    for (const bytes of wrong) {
      const error = await decrypt(key, 'RSAES_OAEP_SHA_256', bytes).then(
        () => undefined,
        (thrown: Error) => thrown,
      );
      expect(error).toMatchObject({ reason: 'InvalidCiphertextException' });
      messages.add(error!.message);
    }
    const otherHash = decrypt(key, 'RSAES_OAEP_SHA_1', ciphertext);
    await expect(otherHash).rejects.toMatchObject({ reason: 'InvalidCiphertextException' });
    expect(messages.size).toBe(1);
  });

  it('is for RSA keys', async () => {
    const other = await keyOf('ECC_NIST_P256');
    const encrypting = encrypt(other.publicKey, 'RSAES_OAEP_SHA_256', Buffer.from('m'));
    await expect(encrypting).rejects.toMatchObject({ reason: 'InvalidKeyUsageException' });
    const decrypting = decrypt(other, 'RSAES_OAEP_SHA_256', Buffer.alloc(256));
    await expect(decrypting).rejects.toMatchObject({ reason: 'InvalidKeyUsageException' });
  });
});

describe('MACs', () => {
  const material = Buffer.alloc(48, 7);
  const key = MacKey.fromMaterial('HMAC_384', material);
  const message = Buffer.from('a message');

  it('are those of HMAC', () => {
    const mac = createHmac('sha384', material).update(message).digest();
    expect(generateMac(key, 'HMAC_SHA_384', message)).toEqual(mac);
    verifyMac(key, 'HMAC_SHA_384', message, mac);
  });

  it('are wrong if a bit or a byte is', () => {
    const mac = generateMac(key, 'HMAC_SHA_384', message);
    const flipped = Buffer.from(mac);
    flipped[47]! ^= 1;
    for (const wrong of [flipped, mac.subarray(1), mac.subarray(0, 47), Buffer.concat([mac, Buffer.of(0)]), Buffer.alloc(0)]) {
      expect(() => verifyMac(key, 'HMAC_SHA_384', message, wrong)).toThrow(
        expect.objectContaining({ reason: 'KMSInvalidMacException' }),
      );
    }
  });

  it('have the algorithm of their key, and messages of up to 4,096 bytes', () => {
    expect(() => generateMac(key, 'HMAC_SHA_256', message)).toThrow(
      expect.objectContaining({ reason: 'InvalidKeyUsageException' }),
    );
    generateMac(key, 'HMAC_SHA_384', Buffer.alloc(4096));
    expect(() => generateMac(key, 'HMAC_SHA_384', Buffer.alloc(4097))).toThrow(
      expect.objectContaining({ reason: 'ValidationException' }),
    );
  });
});

describe('key agreement', () => {
  it.each([
    ['ECC_NIST_P256', 'prime256v1', 32],
    ['ECC_NIST_P384', 'secp384r1', 48],
    ['ECC_NIST_P521', 'secp521r1', 66],
  ] as const)('%s: both sides have the x-coordinate', async (spec, curve, bytes) => {
    const { privateMaterial, publicKey } = await generateMaterial(spec);
    const key = PrivateKey.fromMaterial(spec, privateMaterial);
    const peer = createECDH(curve);
    peer.generateKeys();
    const shared = deriveSharedSecret(key, 'ECDH', writePublicKeyInfo(spec, peer.getPublicKey()));
    expect(shared).toHaveLength(bytes);
    expect(shared).toEqual(peer.computeSecret(publicKey!.subarray(-2 * bytes - 1)));
    const compressed = writePublicKeyInfo(spec, peer.getPublicKey(null, 'compressed'));
    expect(deriveSharedSecret(key, 'ECDH', compressed)).toEqual(shared);
  });

  it('refuses a public key of another curve, and what is no point', async () => {
    const key = await keyOf('ECC_NIST_P256');
    const { publicKey: other } = await generateMaterial('ECC_SECG_P256K1');
    // The point of another curve under the right name: the small subgroups of such curves give scalars away.
    const relabelled = writePublicKeyInfo('ECC_NIST_P256', other!.subarray(-65));
    const infinity = writePublicKeyInfo('ECC_NIST_P256', Buffer.of(0));
    for (const peer of [other!, relabelled, infinity, Buffer.alloc(0)]) {
      expect(() => deriveSharedSecret(key, 'ECDH', peer)).toThrow(expect.objectContaining({ reason: 'ValidationException' }));
    }
  });

  it('is for the curves of NIST', async () => {
    const { privateMaterial, publicKey } = await generateMaterial('ECC_SECG_P256K1');
    const key = PrivateKey.fromMaterial('ECC_SECG_P256K1', privateMaterial);
    expect(() => deriveSharedSecret(key, 'ECDH', publicKey!)).toThrow(
      expect.objectContaining({ reason: 'InvalidKeyUsageException' }),
    );
  });
});

describe('encapsulation', () => {
  it.each([
    ['ML_KEM_512', 768],
    ['ML_KEM_768', 1088],
    ['ML_KEM_1024', 1568],
  ] as const)('%s: the ciphertext has %i bytes, and another length is refused', async (spec, bytes) => {
    const key = await keyOf(spec);
    const { sharedSecret, ciphertext } = await encapsulate(key.publicKey, 'ML_KEM');
    expect(sharedSecret).toHaveLength(32);
    expect(ciphertext).toHaveLength(bytes);
    for (const wrong of [ciphertext.subarray(1), Buffer.concat([ciphertext, Buffer.of(0)]), Buffer.alloc(0)]) {
      await expect(decapsulate(key, 'ML_KEM', wrong)).rejects.toMatchObject({ reason: 'InvalidCiphertextException' });
    }
  });

  it('gives another secret for an altered ciphertext, always the same one', async () => {
    const key = await keyOf('ML_KEM_768');
    const { sharedSecret, ciphertext } = await encapsulate(key.publicKey, 'ML_KEM');
    ciphertext[0]! ^= 1;
    const rejected = await decapsulate(key, 'ML_KEM', ciphertext);
    expect(rejected).not.toEqual(sharedSecret);
    expect(await decapsulate(key, 'ML_KEM', ciphertext)).toEqual(rejected);
  });

  it('is new each time', async () => {
    const key = await keyOf('ML_KEM_512');
    const secrets = await Promise.all([1, 2, 3].map(() => encapsulate(key.publicKey, 'ML_KEM')));
    expect(new Set(secrets.map(({ sharedSecret }) => createHash('sha256').update(sharedSecret).digest('hex'))).size).toBe(3);
  });

  it('is for ML-KEM', async () => {
    const key = await keyOf('ECC_NIST_P256');
    await expect(encapsulate(key.publicKey, 'ML_KEM')).rejects.toMatchObject({ reason: 'InvalidKeyUsageException' });
    await expect(decapsulate(key, 'ML_KEM', Buffer.alloc(768))).rejects.toMatchObject({ reason: 'InvalidKeyUsageException' });
  });
});
