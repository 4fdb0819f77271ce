import {
  constants,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  privateDecrypt,
  createPrivateKey,
} from 'node:crypto';
import { publicEncrypt, verify as verifyByOpenssl } from 'node:crypto';
import { KeyManager } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { ALGORITHMS } from './domain/limits';
import { reasonOf, TestKeyservice, type Keys } from './server.testing';

// What keys that are not symmetric do, seen from outside; libs/key-algorithms has the vectors.

let test: TestKeyservice;
let admin: Keys;

beforeAll(async () => {
  test = await TestKeyservice.start();
  admin = await test.as('admin');
});
afterAll(() => test?.stop());

const make = async (keySpec: string, keyUsage: string) => (await admin.createKey({ keySpec, keyUsage })).keyMetadata!;
const publicKeyOf = async (keyId: string) =>
  createPublicKey({ key: (await admin.getPublicKey({ keyId })).publicKey, format: 'der', type: 'spki' });
const message = Buffer.from('what is signed');

describe('a key', () => {
  it('is described with what it can do', async () => {
    expect(await make('ECC_NIST_P256', 'SIGN_VERIFY')).toMatchObject({
      keySpec: 'ECC_NIST_P256',
      keyUsage: 'SIGN_VERIFY',
      signingAlgorithms: ['ECDSA_SHA_256'],
      encryptionAlgorithms: [],
      keyAgreementAlgorithms: [],
      macAlgorithms: [],
    });
    expect(await make('HMAC_384', 'GENERATE_VERIFY_MAC')).toMatchObject({ macAlgorithms: ['HMAC_SHA_384'] });
    expect(await make('ML_KEM_768', 'ENCAPSULATE_DECAPSULATE')).toMatchObject({ encapsulationAlgorithms: ['ML_KEM'] });
  });

  it.each([
    ['RSA_2048', '', 'ValidationException'],
    ['RSA_2048', 'GENERATE_VERIFY_MAC', 'ValidationException'],
    ['SYMMETRIC_DEFAULT', 'SIGN_VERIFY', 'ValidationException'],
    ['RSA_1024', 'SIGN_VERIFY', 'ValidationException'],
    ['SM2', 'SIGN_VERIFY', 'UnsupportedOperationException'],
  ])('of %s for %p is refused', async (keySpec, keyUsage, reason) => {
    expect(await reasonOf(make(keySpec, keyUsage))).toBe(reason);
  });

  it('does only what its usage says', async () => {
    const { keyId } = await make('RSA_2048', 'SIGN_VERIFY');
    expect(await reasonOf(admin.encrypt({ keyId, plaintext: message }))).toBe('InvalidKeyUsageException');
    expect(await reasonOf(admin.generateDataKey({ keyId }))).toBe('InvalidKeyUsageException');
    expect(await reasonOf(admin.generateMac({ keyId, message, macAlgorithm: 'HMAC_SHA_256' }))).toBe('InvalidKeyUsageException');
    const wrong = admin.sign({ keyId, message, signingAlgorithm: 'ECDSA_SHA_256' });
    expect(await reasonOf(wrong)).toBe('InvalidKeyUsageException');
    const symmetric = (await admin.createKey({})).keyMetadata!;
    expect(await reasonOf(admin.sign({ keyId: symmetric.keyId, message, signingAlgorithm: 'ECDSA_SHA_256' }))).toBe(
      'InvalidKeyUsageException',
    );
    expect(await reasonOf(admin.getPublicKey({ keyId: symmetric.keyId }))).toBe('UnsupportedOperationException');
  });

  it('is made for nobody who may not create keys', async () => {
    const nobody = await test.as('no-creator', { policies: [] });
    expect(await reasonOf(nobody.createKey({ keySpec: 'RSA_4096', keyUsage: 'SIGN_VERIFY' }))).toBe('AccessDeniedException');
  });

  it('keeps its material under the root key: another kind does not open it', async () => {
    const { keyId } = await make('HMAC_256', 'GENERATE_VERIFY_MAC');
    await test.execute("UPDATE customer_key SET key_spec = 'HMAC_512' WHERE key_id = ?", [keyId]);
    expect(await reasonOf(admin.generateMac({ keyId, message, macAlgorithm: 'HMAC_SHA_512' }))).toBe(
      'InvalidCiphertextException',
    );
  });
});

describe('signatures', () => {
  it.each([
    ['RSA_2048', 'RSASSA_PSS_SHA_256', 'sha256', { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }],
    ['RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_512', 'sha512', { padding: constants.RSA_PKCS1_PADDING }],
    ['ECC_NIST_P384', 'ECDSA_SHA_384', 'sha384', {}],
    ['ECC_SECG_P256K1', 'ECDSA_SHA_256', 'sha256', {}],
    ['ECC_NIST_EDWARDS25519', 'ED25519_SHA_512', undefined, {}],
  ])('of %s by %s verify here and with OpenSSL', async (keySpec, signingAlgorithm, hash, options) => {
    const { keyId, arn } = await make(keySpec, 'SIGN_VERIFY');
    const { signature, ...rest } = await admin.sign({ keyId, message, signingAlgorithm });
    expect(rest).toEqual({ keyId: arn, signingAlgorithm });
    expect(verifyByOpenssl(hash, message, { key: await publicKeyOf(keyId), ...options }, signature)).toBe(true);
    expect(await admin.verify({ keyId, message, signature, signingAlgorithm })).toEqual({
      keyId: arn,
      signatureValid: true,
      signingAlgorithm,
    });
    const other = admin.verify({ keyId, message: Buffer.from('something else'), signature, signingAlgorithm });
    expect(await reasonOf(other)).toBe('KMSInvalidSignatureException');
  });

  it('of ML-DSA verify', async () => {
    const { keyId } = await make('ML_DSA_44', 'SIGN_VERIFY');
    const signingAlgorithm = 'ML_DSA_SHAKE_256';
    const { signature } = await admin.sign({ keyId, message, signingAlgorithm });
    expect((await admin.verify({ keyId, message, signature, signingAlgorithm })).signatureValid).toBe(true);
  });
});

it('MACs are those of HMAC, and verify', async () => {
  const { keyId, arn } = await make('HMAC_256', 'GENERATE_VERIFY_MAC');
  const macAlgorithm = 'HMAC_SHA_256';
  const { mac } = await admin.generateMac({ keyId, message, macAlgorithm });
  expect(mac).toHaveLength(createHmac('sha256', 'x').digest().length);
  expect(await admin.verifyMac({ keyId, message, mac, macAlgorithm })).toEqual({ keyId: arn, macValid: true, macAlgorithm });
  mac[0]! ^= 1;
  expect(await reasonOf(admin.verifyMac({ keyId, message, mac, macAlgorithm }))).toBe('KMSInvalidMacException');
});

it('RSA decrypts what OpenSSL encrypted, and re-encrypts it under a symmetric key', async () => {
  const { keyId, arn } = await make('RSA_2048', 'ENCRYPT_DECRYPT');
  const key = await publicKeyOf(keyId);
  const ciphertextBlob = publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, message);
  const encryptionAlgorithm = 'RSAES_OAEP_SHA_256';
  expect(await admin.decrypt({ keyId, ciphertextBlob, encryptionAlgorithm })).toMatchObject({ plaintext: message, keyId: arn });
  expect(await reasonOf(admin.decrypt({ ciphertextBlob, encryptionAlgorithm }))).toBe('ValidationException');
  const own = await admin.encrypt({ keyId, plaintext: message, encryptionAlgorithm });
  expect((await admin.decrypt({ keyId, ciphertextBlob: own.ciphertextBlob, encryptionAlgorithm })).plaintext).toEqual(message);
  const symmetric = (await admin.createKey({})).keyMetadata!;
  const moved = await admin.reEncrypt({
    ciphertextBlob,
    sourceKeyId: keyId,
    sourceEncryptionAlgorithm: encryptionAlgorithm,
    destinationKeyId: symmetric.keyId,
  });
  expect((await admin.decrypt({ ciphertextBlob: moved.ciphertextBlob })).plaintext).toEqual(message);
});

it('a shared secret is the one that the other side derives', async () => {
  const { keyId } = await make('ECC_NIST_P256', 'KEY_AGREEMENT');
  const peer = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const publicKey = peer.publicKey.export({ format: 'der', type: 'spki' });
  const { sharedSecret } = await admin.deriveSharedSecret({ keyId, publicKey, keyAgreementAlgorithm: 'ECDH' });
  expect(sharedSecret).toEqual(diffieHellman({ privateKey: peer.privateKey, publicKey: await publicKeyOf(keyId) }));
});

it('ML-KEM decapsulates what it encapsulated', async () => {
  const { keyId } = await make('ML_KEM_512', 'ENCAPSULATE_DECAPSULATE');
  const encapsulationAlgorithm = ALGORITHMS.ENCAPSULATE_DECAPSULATE[0]!;
  const { sharedSecret, sharedSecretCiphertextBlob } = await admin.encapsulate({ keyId, encapsulationAlgorithm });
  expect(sharedSecret).toHaveLength(32);
  const opened = await admin.decapsulate({ keyId, sharedSecretCiphertextBlob, encapsulationAlgorithm });
  expect(opened.sharedSecret).toEqual(sharedSecret);
});

it('data key pairs are a pair, and the private key is encrypted under the key', async () => {
  const { keyId } = (await admin.createKey({})).keyMetadata!;
  const encryptionContext = { App: 'billing' };
  const pair = await admin.generateDataKeyPair({ keyId, keyPairSpec: 'RSA_2048', encryptionContext });
  const publicKey = createPublicKey({ key: pair.publicKey, format: 'der', type: 'spki' });
  const privateKey = createPrivateKey({ key: pair.privateKeyPlaintext, format: 'der', type: 'pkcs8' });
  const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING };
  expect(privateDecrypt({ key: privateKey, ...oaep }, publicEncrypt({ key: publicKey, ...oaep }, message))).toEqual(message);
  const opened = await admin.decrypt({ ciphertextBlob: pair.privateKeyCiphertextBlob, encryptionContext });
  expect(opened.plaintext).toEqual(pair.privateKeyPlaintext);
  const without = await admin.generateDataKeyPairWithoutPlaintext({ keyId, keyPairSpec: 'ECC_NIST_P256' });
  expect(without).not.toHaveProperty('privateKeyPlaintext');
  expect((await admin.decrypt({ ciphertextBlob: without.privateKeyCiphertextBlob })).plaintext.length).toBeGreaterThan(100);
});

describe('the key that signs checkpoints of the trail', () => {
  const keyId = 'alias/aws/cloudtrail-checkpoints';
  const signing = { keyId, message, messageType: 'RAW', signingAlgorithm: 'ED25519_SHA_512' };

  it('is made when audit-service first asks for it, and signs for nobody else', async () => {
    expect(await reasonOf(admin.getPublicKey({ keyId }))).toBe('NotFoundException');
    const auditService = await test.asService('audit-service');
    const { publicKey, keySpec } = await auditService.getPublicKey({ keyId });
    expect(keySpec).toBe('ECC_NIST_EDWARDS25519');
    const { signature } = await auditService.sign(signing);
    const key = createPublicKey({ key: publicKey, format: 'der', type: 'spki' });
    expect(verifyByOpenssl(null, message, key, signature)).toBe(true);
    const listed = await admin.describeKey({ keyId });
    expect(listed.keyMetadata).toMatchObject({ keyManager: KeyManager.AWS });
    expect((await admin.getPublicKey({ keyId })).publicKey).toEqual(publicKey);
    expect(await reasonOf(admin.sign(signing))).toBe('AccessDeniedException');
    expect(await reasonOf(admin.putKeyPolicy({ keyId: listed.keyMetadata!.arn, policy: '{}' }))).not.toBe('done');
    expect(await reasonOf(admin.disableKey({ keyId: listed.keyMetadata!.arn }))).not.toBe('done');
    const other = await test.asService('rotation-worker');
    expect(await reasonOf(other.sign(signing))).toMatch(/AccessDenied|UnrecognizedClient/);
  });
});
