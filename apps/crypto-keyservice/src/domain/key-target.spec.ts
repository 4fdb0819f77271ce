import { InMemoryKeys } from './in-memory-keys.testing';
import { findKey, keyTarget, keyTargetWithoutAlias } from './key-target';

const scope = { accountId: '000000000000', region: 'us-east-1' };
const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab';
const keyArn = `arn:aws:kms:us-east-1:000000000000:key/${keyId}`;
const aliasArn = 'arn:aws:kms:us-east-1:000000000000:alias/app';
const reasonOf = (text: string): string => {
  try {
    keyTarget(text, scope);
    return 'accepted';
  } catch (error) {
    return (error as { reason: string }).reason;
  }
};

it.each([
  [keyId, { accountId: '000000000000', keyId, arn: keyArn }],
  [keyArn, { accountId: '000000000000', keyId, arn: keyArn }],
  ['alias/app', { accountId: '000000000000', alias: 'alias/app', arn: aliasArn }],
  [aliasArn, { accountId: '000000000000', alias: 'alias/app', arn: aliasArn }],
  [
    `arn:aws:kms:us-east-1:111111111111:key/${keyId}`,
    { accountId: '111111111111', keyId, arn: `arn:aws:kms:us-east-1:111111111111:key/${keyId}` },
  ],
])('reads %s', (text, expected) => {
  expect(keyTarget(text, scope)).toEqual(expected);
});

it.each([
  ['fake-key-id', "Invalid keyId 'fake-key-id'"],
  [`arn:aws:kms:eu-west-1:000000000000:key/${keyId}`, 'Invalid arn eu-west-1'],
  ['arn:aws:kms:eu-west-1:000000000000:alias/app', 'Invalid arn eu-west-1'],
])('says of %s what AWS says: %s', (text, message) => {
  expect(() => keyTarget(text, scope)).toThrow(expect.objectContaining({ reason: 'NotFoundException', message }) as Error);
});

it.each([
  ['', 'NotFoundException'],
  ['nonsense', 'NotFoundException'],
  [keyId.toUpperCase(), 'NotFoundException'],
  ['alias/', 'NotFoundException'],
  [`arn:aws:kms:eu-west-1:000000000000:key/${keyId}`, 'NotFoundException'],
  ['arn:aws:kms:us-east-1:000000000000:key/nonsense', 'InvalidArnException'],
  [`arn:aws:s3:us-east-1:000000000000:key/${keyId}`, 'InvalidArnException'],
  ['arn:', 'InvalidArnException'],
])('refuses %j with %s', (text, reason) => {
  expect(reasonOf(text)).toBe(reason);
});

it('refuses aliases where only a key will do', () => {
  for (const text of ['alias/app', aliasArn]) {
    expect(() => keyTargetWithoutAlias(text, scope)).toThrow(expect.objectContaining({ reason: 'NotFoundException' }));
  }
  expect(keyTargetWithoutAlias(keyArn, scope).keyId).toBe(keyId);
});

it("does not find another account's key by its id alone", async () => {
  const keys = new InMemoryKeys();
  keys.keys.set(keyId, { accountId: '111111111111', keyId } as never);
  expect(await findKey(keys, keyTarget(keyId, scope))).toBeUndefined();
  expect(await findKey(keys, keyTarget(keyId, { ...scope, accountId: '111111111111' }))).toMatchObject({ keyId });
});
