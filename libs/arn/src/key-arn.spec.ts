import { aliasArn, keyArn, parseKeyReference } from './key-arn';

const owner = { region: 'us-east-1', account: '111111111111' };
const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab';
const arn = `arn:aws:kms:us-east-1:111111111111:key/${keyId}`;
const alias = 'alias/aws/secretsmanager';
const aliasArnText = `arn:aws:kms:us-east-1:111111111111:${alias}`;

it('builds key and alias ARNs', () => {
  expect(keyArn({ ...owner, keyId })).toBe(arn);
  expect(aliasArn({ ...owner, alias })).toBe(aliasArnText);
  expect(keyArn({ ...owner, partition: 'aws-cn', keyId })).toBe(arn.replace('aws', 'aws-cn'));
});

it('reads all four forms', () => {
  expect(parseKeyReference(keyId)).toEqual({ kind: 'key', keyId });
  expect(parseKeyReference(alias)).toEqual({ kind: 'alias', alias });
  expect(parseKeyReference(arn)).toEqual({ kind: 'key-arn', arn, partition: 'aws', ...owner, keyId });
  expect(parseKeyReference(aliasArnText)).toEqual({ kind: 'alias-arn', arn: aliasArnText, partition: 'aws', ...owner, alias });
});

it.each([
  ['', 'KeyId must be a lower-case UUID, an alias name, or an ARN of either.'],
  [keyId.toUpperCase(), 'KeyId must be a lower-case UUID'],
  ['alias/', 'KeyId must be alias/ and 1 to 250 ASCII letters'],
  ['alias/a b', 'KeyId must be alias/ and 1 to 250 ASCII letters'],
  [`alias/${'x'.repeat(251)}`, 'KeyId must be alias/ and 1 to 250 ASCII letters'],
  [arn.replace(':kms:', ':iam:'), 'KeyId must be an ARN of the service kms.'],
  [arn.replace('us-east-1', ''), 'KeyId must name a region and an account.'],
  [arn.replace('key/', 'keys/'), 'KeyId must end in key/ID'],
])('refuses %p', (text, message) => {
  expect(() => parseKeyReference(text)).toThrow(message);
});

it('refuses to build ARNs of what it would not read', () => {
  expect(() => keyArn({ ...owner, keyId: 'x' })).toThrow('KeyId must be a lower-case UUID');
  expect(() => aliasArn({ ...owner, alias: 'x' })).toThrow('AliasName must be alias/');
});

it('refuses to build ARNs without an owner', () => {
  expect(() => keyArn({ region: '', account: '111111111111', keyId })).toThrow('Key ARN must name a region and an account.');
  expect(() => aliasArn({ region: 'us-east-1', account: '', alias })).toThrow('Alias ARN must name a region and an account.');
});
