import type { Caller } from '@strongroom/access';
import { DAY, HOUR } from '@strongroom/clock';
import { KeyState } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { wrap } from '@strongroom/key-import/testing';
import { randomBytes } from 'node:crypto';
import { FOR_GOOD, importMaterial, OAEP, type Import } from './import.testing';
import { reasonOf, TestKeyservice, type Keys } from './server.testing';

// What is refused of those who import key material.

let test: TestKeyservice;
let admin: Keys & { caller: Caller };
let keyId: string;

beforeAll(async () => {
  test = await TestKeyservice.start();
  admin = await test.as('admin');
});
afterAll(() => test?.stop());
beforeEach(async () => void ({ keyId } = (await admin.createKey({ origin: 'EXTERNAL' })).keyMetadata!));

const bring = (material: Buffer, request?: Import) => importMaterial(admin, keyId, material, request);
const inDays = (days: number) => new Date(test.clock.millis() + days * DAY);
const request = { wrappingAlgorithm: OAEP, wrappingKeySpec: 'RSA_2048' } as const;

it('an import into a key whose material the service makes', async () => {
  const own = (await admin.createKey({})).keyMetadata!.keyId;
  const parameters = await admin.getParametersForImport({ keyId, ...request });
  const encryptedKeyMaterial = wrap(parameters.publicKey, OAEP, randomBytes(32));
  const refused = [
    admin.getParametersForImport({ keyId: own, ...request }),
    admin.importKeyMaterial({ keyId: own, importToken: parameters.importToken, encryptedKeyMaterial, ...FOR_GOOD }),
    admin.deleteImportedKeyMaterial({ keyId: own }),
    admin.enableKeyRotation({ keyId }),
  ];
  const reasons = await Promise.all(refused.map(reasonOf));
  // A key that is pending import has no rotation either.
  expect(reasons).toEqual([...Array<string>(3).fill('UnsupportedOperationException'), 'KMSInvalidStateException']);
  await bring(randomBytes(32));
  expect(await reasonOf(admin.enableKeyRotation({ keyId }))).toBe('UnsupportedOperationException');
});

it.each([
  ['RSAES_PKCS1_V1_5', 'RSA_2048', 'UnsupportedOperationException'],
  ['SM2PKE', 'SM2', 'UnsupportedOperationException'],
  ['', 'RSA_2048', 'ValidationException'],
  [OAEP, 'RSA_1024', 'ValidationException'],
])('parameters for %p with %s', async (wrappingAlgorithm, wrappingKeySpec, reason) => {
  expect(await reasonOf(admin.getParametersForImport({ keyId, wrappingAlgorithm, wrappingKeySpec }))).toBe(reason);
});

it('a token of another key, a broken one, and one whose time is over', async () => {
  const other = (await admin.createKey({ origin: 'EXTERNAL' })).keyMetadata!.keyId;
  const parameters = await admin.getParametersForImport({ keyId, ...request });
  expect(parameters.parametersValidTo).toEqual(new Date(test.clock.millis() + 24 * HOUR));
  const { importToken } = parameters;
  const encryptedKeyMaterial = wrap(parameters.publicKey, OAEP, randomBytes(32));
  const attempt = (change: Import) =>
    reasonOf(admin.importKeyMaterial({ keyId, importToken, encryptedKeyMaterial, ...FOR_GOOD, ...change }));
  const broken = Buffer.from(importToken);
  broken[broken.length - 1]! ^= 1;
  expect(await attempt({ keyId: other })).toBe('InvalidImportTokenException');
  expect(await attempt({ importToken: broken })).toBe('InvalidImportTokenException');
  expect(await attempt({ importToken: randomBytes(6_144) })).toBe('InvalidImportTokenException');
  expect(await attempt({ encryptedKeyMaterial: randomBytes(256) })).toBe('InvalidCiphertextException');
  for (const [field, size] of [
    ['importToken', 0],
    ['importToken', 6_145],
    ['encryptedKeyMaterial', 0],
    ['encryptedKeyMaterial', 6_145],
  ] as const) {
    expect(await attempt({ [field]: Buffer.alloc(size) })).toBe('ValidationException');
  }
  test.clock.advance(24 * HOUR);
  expect(await attempt({})).toBe('ExpiredImportTokenException');
  expect((await admin.describeKey({ keyId })).keyMetadata!.keyState).toBe(KeyState.PENDING_IMPORT);
});

it.each<[string, () => Import]>([
  ['no end', () => ({})],
  ['an end for what does not end', () => ({ ...FOR_GOOD, validTo: inDays(1) })],
  ['an end that is past', () => ({ validTo: test.clock.now() })],
  ['an end after more than a year', () => ({ validTo: new Date(inDays(365).getTime() + 1) })],
  ['another model', () => ({ expirationModel: 'SOMETIMES' })],
  ['another type', () => ({ ...FOR_GOOD, importType: 'SOME' })],
  ['a material id that is none', () => ({ ...FOR_GOOD, keyMaterialId: 'x' })],
  ['a description with other characters', () => ({ ...FOR_GOOD, keyMaterialDescription: 'ä' })],
  ['a long description', () => ({ ...FOR_GOOD, keyMaterialDescription: 'x'.repeat(257) })],
])('%s', async (_, change) => {
  const blob = Buffer.alloc(256);
  const attempt = admin.importKeyMaterial({ keyId, importToken: blob, encryptedKeyMaterial: blob, ...change() });
  expect(await reasonOf(attempt)).toBe('ValidationException');
});

it('existing material before there is any', async () => {
  const request = { ...FOR_GOOD, importType: 'EXISTING_KEY_MATERIAL' };
  expect(await reasonOf(bring(randomBytes(32), request))).toBe('IncorrectKeyMaterialException');
});

it('who may not', async () => {
  const reader = await test.as('no-import', { policies: [] });
  const refused = [
    reader.getParametersForImport({ keyId, ...request }),
    reader.importKeyMaterial({ keyId, importToken: randomBytes(9), encryptedKeyMaterial: randomBytes(9), ...FOR_GOOD }),
    reader.deleteImportedKeyMaterial({ keyId }),
  ];
  expect(new Set(await Promise.all(refused.map(reasonOf)))).toEqual(new Set(['AccessDeniedException']));
});

it('more wrapping keys of one account than can be made', async () => {
  const many = Array.from({ length: 24 }, () => reasonOf(admin.getParametersForImport({ keyId, ...request })));
  const reasons = await Promise.all(many);
  expect(reasons.filter((reason) => reason === 'done').length).toBeGreaterThanOrEqual(18);
  expect(new Set(reasons)).toEqual(new Set(['done', 'ThrottlingException']));
});
