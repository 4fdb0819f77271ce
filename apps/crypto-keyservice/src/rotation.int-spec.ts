import type { Caller } from '@strongroom/access';
import { DAY, MINUTE } from '@strongroom/clock';
import { reasonOf, TestKeyservice, type Keys } from './server.testing';

let test: TestKeyservice;
let admin: Keys & { caller: Caller };
let keyId: string;
let arn: string;

beforeAll(async () => {
  test = await TestKeyservice.start();
  admin = await test.as('admin');
});
afterAll(() => test?.stop());
beforeEach(async () => {
  ({ keyId, arn } = (await admin.createKey({ description: 'payments' })).keyMetadata!);
  test.recorder.events.length = 0;
});

const plaintext = Buffer.from('a value that must not be seen');
const currentId = async () => (await admin.describeKey({ keyId })).keyMetadata!.currentKeyMaterialId;
const all = async () => (await admin.listKeyRotations({ keyId, includeKeyMaterial: 'ALL_KEY_MATERIAL' })).rotations;
/** One more process on the same database, with its keeper. */
async function anotherProcess() {
  const { keeper, lastUses } = test;
  const process = await test.serve();
  const second = { process, keeper: test.keeper };
  Object.assign(test, { keeper, lastUses });
  return second;
}
const events = () => test.recorder.events.filter(({ resources }) => resources.some((resource) => resource.arn === arn));

describe('key material', () => {
  it('has an id, which every use of the key tells', async () => {
    const id = await currentId();
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    const { ciphertextBlob, ...generated } = await admin.generateDataKey({ keyId });
    const moved = await admin.reEncrypt({ ciphertextBlob, destinationKeyId: keyId });
    expect([
      generated.keyMaterialId,
      (await admin.generateDataKeyWithoutPlaintext({ keyId })).keyMaterialId,
      (await admin.generateDataKeyPair({ keyId, keyPairSpec: 'ECC_NIST_P256' })).keyMaterialId,
      (await admin.decrypt({ ciphertextBlob })).keyMaterialId,
      moved.sourceKeyMaterialId,
      moved.destinationKeyMaterialId,
      (await all())[0]!.keyMaterialId,
    ]).toEqual(Array(7).fill(id));
  });

  it('has the same id if it is of before there were ids', async () => {
    const id = await currentId();
    await test.database.admin.query('UPDATE key_material SET material_id = NULL WHERE key_id = ?', [keyId]);
    expect(await currentId()).toBe(id);
    expect((await admin.generateDataKey({ keyId })).keyMaterialId).toBe(id);
    expect((await all())[0]!.keyMaterialId).toBe(id);
  });
});

describe('a rotation on demand', () => {
  it('gives the key new material, and the old one decrypts for ever', async () => {
    const first = await currentId();
    const old = await admin.encrypt({ keyId, plaintext });
    expect(await admin.rotateKeyOnDemand({ keyId })).toEqual({ keyId: arn });
    const second = await currentId();
    expect(second).not.toBe(first);
    const now = await admin.encrypt({ keyId, plaintext });
    expect(await admin.decrypt(old)).toMatchObject({ plaintext, keyMaterialId: first });
    expect(await admin.decrypt(now)).toMatchObject({ plaintext, keyMaterialId: second });
    const moved = await admin.reEncrypt({ ...old, destinationKeyId: keyId });
    expect(moved).toMatchObject({ sourceKeyMaterialId: first, destinationKeyMaterialId: second });
    expect(events().find(({ eventName }) => eventName === 'RotateKeyOnDemand')).toMatchObject({
      responseElements: { currentKeyMaterialId: second },
    });

    const rotations = [
      { keyMaterialId: second, keyMaterialState: 'CURRENT', rotationType: 'ON_DEMAND', rotationDate: test.clock.now() },
    ];
    expect((await admin.listKeyRotations({ keyId })).rotations).toMatchObject(rotations);
    expect(await all()).toMatchObject([
      {
        keyId: arn,
        keyMaterialId: first,
        keyMaterialState: 'NON_CURRENT',
        rotationType: '',
        rotationDate: undefined,
        importState: '',
      },
      ...rotations,
    ]);
  });

  it('serves data keys of secrets, too', async () => {
    const dataKeys = await test.dataKeys();
    const [made] = await dataKeys.send([{ caller: admin.caller, generate: keyId }]);
    const { ciphertextBlob, plaintext: dataKey } = (made!.outcome as { value: { ciphertextBlob: Buffer; plaintext: Buffer } })
      .value;
    await admin.rotateKeyOnDemand({ keyId });
    const [opened] = await dataKeys.send([{ caller: admin.caller, decrypt: ciphertextBlob }]);
    expect(opened).toMatchObject({ outcome: { $case: 'dataKey', value: { plaintext: dataKey } } });
    dataKeys.end();
  });

  it('happens at most 25 times', async () => {
    for (let i = 0; i < 25; i++) await admin.rotateKeyOnDemand({ keyId });
    expect(await reasonOf(admin.rotateKeyOnDemand({ keyId }))).toBe('LimitExceededException');
    expect(await all()).toHaveLength(26);
  });

  it('happens once for each of many callers at a time', async () => {
    const { process } = await anotherProcess();
    const other = await test.as('other-process', {}, process);
    await Promise.all([admin, other, admin, other].map((keys) => keys.rotateKeyOnDemand({ keyId })));
    const materials = await all();
    expect(new Set(materials.map(({ keyMaterialId }) => keyMaterialId)).size).toBe(5);
    expect(materials.map(({ keyMaterialState }) => keyMaterialState)).toEqual([
      ...Array<string>(4).fill('NON_CURRENT'),
      'CURRENT',
    ]);
    await process.stop(1_000);
  });

  it('is not one more just before an automatic one', async () => {
    await admin.enableKeyRotation({ keyId, rotationPeriodInDays: 90 });
    test.clock.advance(90 * DAY - 20 * MINUTE);
    expect(await reasonOf(admin.rotateKeyOnDemand({ keyId }))).toBe('ConflictException');
    await test.keeper.round();
    await admin.disableKeyRotation({ keyId });
    expect(await reasonOf(admin.rotateKeyOnDemand({ keyId }))).toBe('done');
  });

  it('leaves the key alone when its event cannot be recorded', async () => {
    const id = await currentId();
    jest.spyOn(test.recorder, 'record').mockRejectedValueOnce(new Error('the journal is full'));
    expect(await reasonOf(admin.rotateKeyOnDemand({ keyId }))).not.toBe('done');
    jest.restoreAllMocks();
    expect(await currentId()).toBe(id);
    expect(await all()).toHaveLength(1);
  });
});

describe('automatic rotation', () => {
  it('comes on its date, again and again, until somebody stops it', async () => {
    expect(await admin.getKeyRotationStatus({ keyId })).toMatchObject({ keyRotationEnabled: false, nextRotationDate: undefined });
    await admin.enableKeyRotation({ keyId, rotationPeriodInDays: 90 });
    const nextRotationDate = new Date(test.clock.millis() + 90 * DAY);
    expect(await admin.getKeyRotationStatus({ keyId })).toEqual({
      keyId: arn,
      keyRotationEnabled: true,
      rotationPeriodInDays: 90,
      nextRotationDate,
      onDemandRotationStartDate: undefined,
    });
    const { ciphertextBlob } = await admin.encrypt({ keyId, plaintext });

    test.clock.advance(90 * DAY - 1);
    await test.keeper.round();
    expect(await all()).toHaveLength(1);
    test.clock.advance(1);
    await test.keeper.round();
    await test.keeper.round();
    const [, rotated] = await all();
    expect(rotated).toMatchObject({ keyMaterialState: 'CURRENT', rotationType: 'AUTOMATIC', rotationDate: nextRotationDate });
    expect(await all()).toHaveLength(2);
    expect(events().filter(({ eventName }) => eventName === 'RotateKey')).toMatchObject([
      {
        userIdentity: { type: 'AWSService' },
        responseElements: { rotationType: 'AUTOMATIC', currentKeyMaterialId: rotated!.keyMaterialId },
      },
    ]);
    expect((await admin.decrypt({ ciphertextBlob })).plaintext).toEqual(plaintext);
    expect((await admin.getKeyRotationStatus({ keyId })).nextRotationDate).toEqual(new Date(test.clock.millis() + 90 * DAY));

    test.clock.advance(90 * DAY);
    await test.keeper.round();
    expect(await all()).toHaveLength(3);
    await admin.disableKeyRotation({ keyId });
    expect(await admin.getKeyRotationStatus({ keyId })).toMatchObject({ keyRotationEnabled: false });
    test.clock.advance(90 * DAY);
    await test.keeper.round();
    expect(await all()).toHaveLength(3);
  });

  it('comes once, however many processes find it due', async () => {
    await admin.enableKeyRotation({ keyId });
    const { process, keeper } = await anotherProcess();
    test.clock.advance(365 * DAY);
    await Promise.all([test.keeper.round(), keeper.round(), test.keeper.round()]);
    expect(await all()).toHaveLength(2);
    expect(events().filter(({ eventName }) => eventName === 'RotateKey')).toHaveLength(1);
    await process.stop(1_000);
  });

  it('waits while the key is disabled, and its status is off while its deletion is pending', async () => {
    await admin.enableKeyRotation({ keyId });
    await admin.disableKey({ keyId });
    test.clock.advance(366 * DAY);
    await test.keeper.round();
    expect(await all()).toHaveLength(1);
    expect(await admin.getKeyRotationStatus({ keyId })).toMatchObject({ keyRotationEnabled: true });
    await admin.scheduleKeyDeletion({ keyId });
    expect(await admin.getKeyRotationStatus({ keyId })).toMatchObject({ keyRotationEnabled: false });
    await admin.cancelKeyDeletion({ keyId });
    await admin.enableKey({ keyId });
    await test.keeper.round();
    expect(await all()).toHaveLength(2);
  });

  it('is not put off by whoever enables it again, and waits for its event', async () => {
    await admin.enableKeyRotation({ keyId });
    const { nextRotationDate } = await admin.getKeyRotationStatus({ keyId });
    test.clock.advance(100 * DAY);
    await admin.enableKeyRotation({ keyId, rotationPeriodInDays: 365 });
    expect(await admin.getKeyRotationStatus({ keyId })).toMatchObject({ nextRotationDate, rotationPeriodInDays: 365 });
    test.clock.advance(265 * DAY);
    jest.spyOn(test.recorder, 'record').mockRejectedValue(new Error('the journal is full'));
    await test.keeper.round();
    jest.restoreAllMocks();
    expect(await all()).toHaveLength(1);
    await test.keeper.round();
    expect(await all()).toHaveLength(2);
  });

  it("is that of Strongroom's own keys once a year, and nobody changes that", async () => {
    const dataKeys = await test.dataKeys();
    await dataKeys.send([{ caller: admin.caller, generate: '' }]);
    dataKeys.end();
    const own = (await admin.describeKey({ keyId: 'alias/aws/secretsmanager' })).keyMetadata!.keyId;
    expect(await admin.getKeyRotationStatus({ keyId: own })).toMatchObject({
      keyRotationEnabled: true,
      rotationPeriodInDays: 365,
    });
    const refused = [
      admin.enableKeyRotation({ keyId: own }),
      admin.disableKeyRotation({ keyId: own }),
      admin.rotateKeyOnDemand({ keyId: own }),
    ];
    expect(await Promise.all(refused.map(reasonOf))).toEqual(Array(3).fill('AccessDeniedException'));
    test.clock.advance(365 * DAY);
    await test.keeper.round();
    expect((await admin.listKeyRotations({ keyId: own })).rotations).toMatchObject([{ rotationType: 'AUTOMATIC' }]);
  });
});

describe('what is refused', () => {
  it.each([89, 2_561, 0, -1])('a period of %d days', async (rotationPeriodInDays) => {
    expect(await reasonOf(admin.enableKeyRotation({ keyId, rotationPeriodInDays }))).toBe('ValidationException');
  });

  it('the rotation of other keys than symmetric ones', async () => {
    const keyId = (await admin.createKey({ keySpec: 'HMAC_256', keyUsage: 'GENERATE_VERIFY_MAC' })).keyMetadata!.keyId;
    const refused = [
      admin.enableKeyRotation({ keyId }),
      admin.disableKeyRotation({ keyId }),
      admin.rotateKeyOnDemand({ keyId }),
      admin.listKeyRotations({ keyId }),
    ];
    expect(await Promise.all(refused.map(reasonOf))).toEqual(Array(4).fill('UnsupportedOperationException'));
    expect(await admin.getKeyRotationStatus({ keyId })).toMatchObject({ keyRotationEnabled: false });
  });

  it('the rotation of a disabled key', async () => {
    await admin.disableKey({ keyId });
    const refused = [admin.enableKeyRotation({ keyId }), admin.disableKeyRotation({ keyId }), admin.rotateKeyOnDemand({ keyId })];
    expect(await Promise.all(refused.map(reasonOf))).toEqual(Array(3).fill('DisabledException'));
  });

  it('an alias, and what is not a list', async () => {
    await admin.createAlias({ aliasName: `alias/${keyId}`, targetKeyId: keyId });
    expect(await reasonOf(admin.rotateKeyOnDemand({ keyId: `alias/${keyId}` }))).toBe('NotFoundException');
    expect(await reasonOf(admin.listKeyRotations({ keyId, includeKeyMaterial: 'SOME' }))).toBe('ValidationException');
    expect(await reasonOf(admin.listKeyRotations({ keyId, marker: 'x' }))).toBe('InvalidMarkerException');
    expect(await reasonOf(admin.listKeyRotations({ keyId, limit: 0 }))).toBe('ValidationException');
  });
});

it('lists rotations by pages', async () => {
  for (let i = 0; i < 3; i++) await admin.rotateKeyOnDemand({ keyId });
  const ids = (await admin.listKeyRotations({ keyId })).rotations.map(({ keyMaterialId }) => keyMaterialId);
  const first = await admin.listKeyRotations({ keyId, limit: 2 });
  expect(first).toMatchObject({ truncated: true, rotations: [{ keyMaterialId: ids[0] }, { keyMaterialId: ids[1] }] });
  const second = await admin.listKeyRotations({ keyId, limit: 2, marker: first.nextMarker });
  expect(second).toMatchObject({ truncated: false, nextMarker: '', rotations: [{ keyMaterialId: ids[2] }] });
});
