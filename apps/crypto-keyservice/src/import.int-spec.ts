import type { Caller } from '@strongroom/access';
import { DAY } from '@strongroom/clock';
import { KeyState } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { createHmac, generateKeyPairSync, randomBytes, verify } from 'node:crypto';
import { FOR_GOOD, importMaterial, OAEP, type Algorithm, type Import } from './import.testing';
import { reasonOf, TestKeyservice, type Keys } from './server.testing';

let test: TestKeyservice;
let admin: Keys & { caller: Caller };
let keyId: string;
let arn: string;

beforeAll(async () => {
  test = await TestKeyservice.start({ wrappingPairs: 'known' });
  admin = await test.as('admin');
});
afterAll(() => test?.stop());
beforeEach(async () => {
  ({ keyId, arn } = (await admin.createKey({ origin: 'EXTERNAL' })).keyMetadata!);
  test.recorder.events.length = 0;
});

const plaintext = Buffer.from('a value that must not be seen');
const described = async () => (await admin.describeKey({ keyId })).keyMetadata!;
const all = async () => (await admin.listKeyRotations({ keyId, includeKeyMaterial: 'ALL_KEY_MATERIAL' })).rotations;
const inDays = (days: number) => new Date(test.clock.millis() + days * DAY);
const events = (name: string) =>
  test.recorder.events.filter(
    ({ eventName, resources }) => eventName === name && resources.some((resource) => resource.arn === arn),
  );

/** How many materials of the key are in the database. */
async function storedMaterials(): Promise<number> {
  const [rows] = await test.database.admin.query('SELECT COUNT(wrapped) AS n FROM key_material WHERE key_id = ?', [keyId]);
  return (rows as { n: number }[])[0]!.n;
}

const bring = (material: Buffer, request: Import = FOR_GOOD, algorithm: Algorithm = OAEP, id = keyId) =>
  importMaterial(admin, id, material, request, algorithm);

describe('the first material', () => {
  it('makes a key usable that was pending import', async () => {
    expect(await described()).toMatchObject({
      enabled: false,
      keyState: KeyState.PENDING_IMPORT,
      origin: 'EXTERNAL',
      expirationModel: '',
      currentKeyMaterialId: '',
    });
    expect(await all()).toEqual([]);
    expect(await reasonOf(admin.encrypt({ keyId, plaintext }))).toBe('KMSInvalidStateException');
    expect(await reasonOf(admin.enableKey({ keyId }))).toBe('KMSInvalidStateException');

    const { keyMaterialId, ...rest } = await bring(randomBytes(32), { ...FOR_GOOD, keyMaterialDescription: 'from the safe' });
    expect(rest).toEqual({ keyId: arn });
    expect(await described()).toMatchObject({
      enabled: true,
      keyState: KeyState.ENABLED,
      expirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
      validTo: undefined,
      currentKeyMaterialId: keyMaterialId,
    });
    const { ciphertextBlob } = await admin.encrypt({ keyId, plaintext });
    expect(await admin.decrypt({ ciphertextBlob })).toMatchObject({ plaintext, keyMaterialId });
    expect(await all()).toMatchObject([
      {
        keyMaterialId,
        keyMaterialDescription: 'from the safe',
        importState: 'IMPORTED',
        keyMaterialState: 'CURRENT',
        expirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
        rotationType: '',
      },
    ]);
    expect(events('ImportKeyMaterial')).toMatchObject([{ responseElements: { keyMaterialId } }]);
  });

  it('comes by each wrapping algorithm', async () => {
    for (const algorithm of ['RSAES_OAEP_SHA_1', OAEP, 'RSA_AES_KEY_WRAP_SHA_1', 'RSA_AES_KEY_WRAP_SHA_256'] as const) {
      const id = (await admin.createKey({ origin: 'EXTERNAL' })).keyMetadata!.keyId;
      expect(await reasonOf(bring(randomBytes(32), FOR_GOOD, algorithm, id))).toBe('done');
    }
  });

  it('is there when the process that took it is gone', async () => {
    await bring(randomBytes(32));
    const { ciphertextBlob } = await admin.encrypt({ keyId, plaintext });
    const { keeper, lastUses } = test;
    const process = await test.serve();
    Object.assign(test, { keeper, lastUses });
    const other = await test.as('other-process', {}, process);
    expect((await other.decrypt({ ciphertextBlob })).plaintext).toEqual(plaintext);
    await process.stop(1_000);
  });

  it('changes nothing when its event cannot be recorded', async () => {
    const record = test.recorder.record.bind(test.recorder);
    jest.spyOn(test.recorder, 'record').mockImplementation((event, options) => {
      if (event.eventName === 'ImportKeyMaterial') return Promise.reject(new Error('the journal is full'));
      return record(event, options);
    });
    expect(await reasonOf(bring(randomBytes(32)))).not.toBe('done');
    jest.restoreAllMocks();
    expect(await all()).toEqual([]);
    expect(await reasonOf(bring(randomBytes(32)))).toBe('done');
  });
});

describe('material for other keys', () => {
  const external = async (keySpec: string, keyUsage: string) =>
    (await admin.createKey({ origin: 'EXTERNAL', keySpec, keyUsage })).keyMetadata!.keyId;

  it('is a MAC key that somebody knows', async () => {
    const id = await external('HMAC_256', 'GENERATE_VERIFY_MAC');
    const secret = randomBytes(32);
    expect(await bring(secret, FOR_GOOD, OAEP, id)).toMatchObject({ keyMaterialId: '' });
    const { mac } = await admin.generateMac({ keyId: id, message: plaintext, macAlgorithm: 'HMAC_SHA_256' });
    expect(mac).toEqual(createHmac('sha256', secret).update(plaintext).digest());
  });

  it.each([
    ['ECC_NIST_P256', generateKeyPairSync('ec', { namedCurve: 'P-256' }), OAEP, 'ECDSA_SHA_256'],
    ['RSA_2048', generateKeyPairSync('rsa', { modulusLength: 2_048 }), 'RSA_AES_KEY_WRAP_SHA_256', 'RSASSA_PKCS1_V1_5_SHA_256'],
  ] as const)('is a private key of %s that OpenSSL made', async (spec, pair, algorithm, signingAlgorithm) => {
    const id = await external(spec, 'SIGN_VERIFY');
    const privateKey = pair.privateKey.export({ format: 'der', type: 'pkcs8' });
    await bring(privateKey, FOR_GOOD, algorithm, id);
    const { signature } = await admin.sign({ keyId: id, message: plaintext, signingAlgorithm });
    expect(verify('sha256', plaintext, pair.publicKey, signature)).toBe(true);
    expect((await admin.getPublicKey({ keyId: id })).publicKey).toEqual(pair.publicKey.export({ format: 'der', type: 'spki' }));

    // There is one material, for ever; it may go, and come back.
    expect(await reasonOf(admin.rotateKeyOnDemand({ keyId: id }))).toBe('UnsupportedOperationException');
    await admin.deleteImportedKeyMaterial({ keyId: id });
    expect(await reasonOf(admin.getPublicKey({ keyId: id }))).toBe('KMSInvalidStateException');
    await bring(privateKey, FOR_GOOD, algorithm, id);
    expect(await reasonOf(admin.verify({ keyId: id, message: plaintext, signature, signingAlgorithm }))).toBe('done');
  });

  it('is always the same, and needs no choice', async () => {
    const id = await external('HMAC_256', 'GENERATE_VERIFY_MAC');
    await bring(randomBytes(32), FOR_GOOD, OAEP, id);
    expect(await reasonOf(bring(randomBytes(32), FOR_GOOD, OAEP, id))).toBe('IncorrectKeyMaterialException');
    for (const more of [{ importType: 'NEW_KEY_MATERIAL' }, { keyMaterialId: 'a'.repeat(64) }, { keyMaterialDescription: 'x' }]) {
      const refused = bring(randomBytes(32), { ...FOR_GOOD, ...more }, OAEP, id);
      expect(await reasonOf(refused)).toBe('UnsupportedOperationException');
    }
  });

  it('must fit the key', async () => {
    const id = await external('ECC_NIST_P256', 'SIGN_VERIFY');
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const other = privateKey.export({ format: 'der', type: 'pkcs8' });
    expect(await reasonOf(bring(other, FOR_GOOD, 'RSA_AES_KEY_WRAP_SHA_256', id))).toBe('IncorrectKeyMaterialException');
    expect(await reasonOf(bring(randomBytes(31)))).toBe('IncorrectKeyMaterialException');
  });
});

describe('more material', () => {
  const [first, second] = [randomBytes(32), randomBytes(32)];
  let firstId: string;
  beforeEach(async () => void ({ keyMaterialId: firstId } = await bring(first)));
  const NEW = { ...FOR_GOOD, importType: 'NEW_KEY_MATERIAL' };

  it('waits for its rotation, and takes over then', async () => {
    expect(await reasonOf(admin.rotateKeyOnDemand({ keyId }))).toBe('KMSInvalidStateException');
    const old = await admin.encrypt({ keyId, plaintext });
    const { keyMaterialId: secondId } = await bring(second, NEW);
    expect(secondId).not.toBe(firstId);
    expect((await admin.encrypt({ keyId, plaintext })).ciphertextBlob.length).toBe(old.ciphertextBlob.length);
    expect((await described()).currentKeyMaterialId).toBe(firstId);
    expect((await admin.listKeyRotations({ keyId })).rotations).toEqual([]);
    expect(await all()).toMatchObject([
      { keyMaterialId: firstId, keyMaterialState: 'CURRENT' },
      { keyMaterialId: secondId, keyMaterialState: 'PENDING_ROTATION', importState: 'IMPORTED', rotationDate: undefined },
    ]);

    await admin.rotateKeyOnDemand({ keyId });
    expect((await described()).currentKeyMaterialId).toBe(secondId);
    expect(await all()).toMatchObject([
      { keyMaterialId: firstId, keyMaterialState: 'NON_CURRENT', rotationType: '' },
      { keyMaterialId: secondId, keyMaterialState: 'CURRENT', rotationType: 'ON_DEMAND', rotationDate: test.clock.now() },
    ]);
    const now = await admin.encrypt({ keyId, plaintext });
    expect(await admin.decrypt(old)).toMatchObject({ plaintext, keyMaterialId: firstId });
    expect(await admin.decrypt(now)).toMatchObject({ plaintext, keyMaterialId: secondId });
    expect(await reasonOf(admin.rotateKeyOnDemand({ keyId }))).toBe('KMSInvalidStateException');
  });

  it('is new if it is called new, and one at a time', async () => {
    expect(await reasonOf(bring(first, NEW))).toBe('IncorrectKeyMaterialException');
    const { keyMaterialId } = await bring(second, NEW);
    expect(await reasonOf(bring(second, NEW))).toBe('IncorrectKeyMaterialException');
    expect(await reasonOf(bring(randomBytes(32), NEW))).toBe('KMSInvalidStateException');
    // Nothing depends on it, so it may go for another one.
    await admin.deleteImportedKeyMaterial({ keyId, keyMaterialId });
    expect((await described()).keyState).toBe(KeyState.ENABLED);
    expect(await reasonOf(bring(randomBytes(32), NEW))).toBe('done');
  });

  it('is known material unless it is called new', async () => {
    for (const request of [FOR_GOOD, { ...FOR_GOOD, importType: 'EXISTING_KEY_MATERIAL' }]) {
      expect(await reasonOf(bring(second, request))).toBe('IncorrectKeyMaterialException');
      expect(await bring(first, request)).toMatchObject({ keyMaterialId: firstId });
    }
    const named = { ...FOR_GOOD, keyMaterialId: firstId };
    expect(await reasonOf(bring(first, named))).toBe('done');
    expect(await reasonOf(bring(second, named))).toBe('IncorrectKeyMaterialException');
    expect(await reasonOf(bring(first, { ...NEW, keyMaterialId: firstId }))).toBe('ValidationException');
  });

  it('is none of whoever has only the blob: what waits has encrypted nothing', async () => {
    await bring(second, NEW);
    const { ciphertextBlob } = await admin.encrypt({ keyId, plaintext });
    const forged = Buffer.from(ciphertextBlob);
    forged.writeUInt32BE(2, 17);
    expect(await reasonOf(admin.decrypt({ ciphertextBlob: forged }))).toBe('InvalidCiphertextException');
  });

  it('must all be there: without an older one the whole key waits for it', async () => {
    const old = await admin.encrypt({ keyId, plaintext });
    await bring(second, NEW);
    await admin.rotateKeyOnDemand({ keyId });
    const now = await admin.encrypt({ keyId, plaintext });
    await admin.deleteImportedKeyMaterial({ keyId, keyMaterialId: firstId });
    for (const { ciphertextBlob } of [old, now]) {
      expect(await reasonOf(admin.decrypt({ ciphertextBlob }))).toBe('KMSInvalidStateException');
    }
    expect((await described()).keyState).toBe(KeyState.PENDING_IMPORT);
    expect(await all()).toMatchObject([
      { keyMaterialId: firstId, importState: 'PENDING_IMPORT' },
      { importState: 'IMPORTED', keyMaterialState: 'CURRENT' },
    ]);
    await bring(first);
    expect((await admin.decrypt(old)).plaintext).toEqual(plaintext);
    expect((await admin.decrypt(now)).plaintext).toEqual(plaintext);
  });
});

describe('a deletion of material', () => {
  const material = randomBytes(32);

  it('makes the key unusable until the same material comes back', async () => {
    const { keyMaterialId } = await bring(material, { ...FOR_GOOD, keyMaterialDescription: 'from the safe' });
    const { ciphertextBlob } = await admin.encrypt({ keyId, plaintext });
    expect(await admin.deleteImportedKeyMaterial({ keyId })).toEqual({ keyId: arn, keyMaterialId });
    expect(await described()).toMatchObject({ keyState: KeyState.PENDING_IMPORT, currentKeyMaterialId: keyMaterialId });
    expect(await reasonOf(admin.decrypt({ ciphertextBlob }))).toBe('KMSInvalidStateException');
    expect(await storedMaterials()).toBe(0);
    expect(await reasonOf(admin.deleteImportedKeyMaterial({ keyId }))).toBe('done');
    expect(await reasonOf(bring(randomBytes(32)))).toBe('IncorrectKeyMaterialException');
    expect(await bring(material)).toMatchObject({ keyMaterialId });
    expect((await admin.decrypt({ ciphertextBlob })).plaintext).toEqual(plaintext);
    expect(await all()).toMatchObject([{ keyMaterialDescription: 'from the safe' }]);
  });

  it('leaves a pending deletion of the key as it is', async () => {
    await bring(material);
    await admin.scheduleKeyDeletion({ keyId });
    await admin.deleteImportedKeyMaterial({ keyId });
    expect((await described()).keyState).toBe(KeyState.PENDING_DELETION);
    await admin.cancelKeyDeletion({ keyId });
    expect((await described()).keyState).toBe(KeyState.PENDING_IMPORT);
    await bring(material);
    expect((await described()).keyState).toBe(KeyState.ENABLED);
  });

  it('of what is not there is refused, and of a key without any does nothing', async () => {
    expect(await admin.deleteImportedKeyMaterial({ keyId })).toEqual({ keyId: arn, keyMaterialId: '' });
    const unknown = admin.deleteImportedKeyMaterial({ keyId, keyMaterialId: 'a'.repeat(64) });
    expect(await reasonOf(unknown)).toBe('NotFoundException');
    expect(await reasonOf(admin.deleteImportedKeyMaterial({ keyId, keyMaterialId: 'A' }))).toBe('ValidationException');
  });
});

describe('material that expires', () => {
  const material = randomBytes(32);

  it('is unusable from that moment on, and is deleted soon after', async () => {
    const validTo = inDays(30);
    const { keyMaterialId } = await bring(material, { validTo });
    expect(await described()).toMatchObject({ expirationModel: 'KEY_MATERIAL_EXPIRES', validTo });
    expect(await all()).toMatchObject([{ expirationModel: 'KEY_MATERIAL_EXPIRES', validTo }]);
    const { ciphertextBlob } = await admin.encrypt({ keyId, plaintext });
    test.clock.advance(30 * DAY - 1);
    await test.keeper.round();
    expect((await admin.decrypt({ ciphertextBlob })).plaintext).toEqual(plaintext);

    test.clock.advance(1);
    const gone = { enabled: false, keyState: KeyState.PENDING_IMPORT, expirationModel: '', validTo: undefined };
    expect(await described()).toMatchObject(gone);
    expect(await reasonOf(admin.decrypt({ ciphertextBlob }))).toBe('KMSInvalidStateException');
    expect(await reasonOf(admin.disableKey({ keyId }))).toBe('KMSInvalidStateException');
    await test.keeper.round();
    await test.keeper.round();
    expect(await described()).toMatchObject(gone);
    expect(await all()).toMatchObject([
      { keyMaterialId, importState: 'PENDING_IMPORT', expirationModel: '', validTo: undefined },
    ]);
    expect(events('DeleteExpiredKeyMaterial')).toMatchObject([
      { userIdentity: { type: 'AWSService' }, responseElements: { keyMaterialId } },
    ]);
    await bring(material, { validTo: inDays(1) });
    expect((await admin.decrypt({ ciphertextBlob })).plaintext).toEqual(plaintext);
  });

  it('lasts longer when it comes again before its end', async () => {
    await bring(material, { validTo: inDays(1) });
    await bring(material);
    test.clock.advance(2 * DAY);
    await test.keeper.round();
    expect((await described()).keyState).toBe(KeyState.ENABLED);
  });

  it('counts by the first of several, and not while it waits for its rotation', async () => {
    await bring(material, { validTo: inDays(2) });
    await bring(randomBytes(32), { validTo: inDays(1), importType: 'NEW_KEY_MATERIAL' });
    expect((await described()).validTo).toEqual(inDays(2));
    test.clock.advance(1 * DAY);
    expect(await reasonOf(admin.rotateKeyOnDemand({ keyId }))).toBe('KMSInvalidStateException');
    expect((await described()).keyState).toBe(KeyState.ENABLED);
    // Another one takes the place of what has expired, also before that is deleted.
    await bring(randomBytes(32), { validTo: inDays(10), importType: 'NEW_KEY_MATERIAL' });
    await admin.rotateKeyOnDemand({ keyId });
    expect((await described()).validTo).toEqual(inDays(1));
    test.clock.advance(1 * DAY);
    await test.keeper.round();
    expect(await all()).toMatchObject([{ importState: 'PENDING_IMPORT' }, { importState: 'IMPORTED' }]);
    expect((await described()).keyState).toBe(KeyState.PENDING_IMPORT);
  });

  it('waits for its event, and is deleted once however many processes find it', async () => {
    await bring(material, { validTo: inDays(1) });
    test.clock.advance(1 * DAY);
    jest.spyOn(test.recorder, 'record').mockRejectedValue(new Error('the journal is full'));
    await test.keeper.round();
    jest.restoreAllMocks();
    expect(await storedMaterials()).toBe(1);
    await Promise.all([test.keeper.round(), test.keeper.round()]);
    expect(await storedMaterials()).toBe(0);
    expect(events('DeleteExpiredKeyMaterial')).toHaveLength(1);
  });
});
