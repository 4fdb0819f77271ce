import { parseSecretReference, secretArn } from './secret-arn';

const owner = { region: 'us-east-1', account: '111111111111' };
const prefix = 'arn:aws:secretsmanager:us-east-1:111111111111:secret:';

it('builds a secret ARN', () => {
  expect(secretArn({ ...owner, name: 'prod/db', suffix: 'a1B2c3' })).toBe(`${prefix}prod/db-a1B2c3`);
});

it.each([
  [{ name: 'a b' }, 'Name must be 1 to 512 ASCII letters, digits and the characters /_+=.@-'],
  [{ name: 'x'.repeat(513) }, 'Name must be 1 to 512'],
  [{ suffix: 'a1B2c' }, 'The suffix of a secret ARN must be 6 ASCII letters and digits.'],
  [{ region: '' }, 'Secret ARN must name a region.'],
  [{ account: '' }, 'Secret ARN must name an account of 12 digits.'],
])('refuses to build one of %p', (part, message) => {
  expect(() => secretArn({ ...owner, name: 'db', suffix: 'a1B2c3', ...part })).toThrow(message);
});

it('reads a name', () => {
  expect(parseSecretReference('prod/db')).toEqual({ kind: 'name', name: 'prod/db' });
});

it('gives both readings of an ARN that may be complete', () => {
  expect(parseSecretReference(`${prefix}prod/db-a1B2c3`)).toEqual({
    kind: 'arn',
    arn: `${prefix}prod/db-a1B2c3`,
    partition: 'aws',
    ...owner,
    name: 'prod/db-a1B2c3',
    complete: { name: 'prod/db', suffix: 'a1B2c3' },
  });
});

it.each(['prod/db', 'prod-db-main1', 'db-a1B2c3x', '-a1B2c3'])(
  'gives one reading of the ARN of %p, which lacks the suffix',
  (name) => {
    const reference = parseSecretReference(prefix + name);
    expect(reference).toMatchObject({ kind: 'arn', name });
    expect(reference).not.toHaveProperty('complete');
  },
);

it('takes names of the longest length, with and without suffix', () => {
  const name = 'x'.repeat(512);
  expect(parseSecretReference(`${prefix}${name}-a1B2c3`)).toMatchObject({ complete: { name } });
  expect(parseSecretReference(prefix + name)).toMatchObject({ name });
});

it.each([
  ['', 'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!'],
  ['a:b', 'Invalid name. '],
  ['a b', 'Invalid name. '],
  ['arn:aws:kms:us-east-1:111111111111:key/x', 'SecretId must be an ARN of the service secretsmanager.'],
  ['arn:aws:secretsmanager::111111111111:secret:x', 'SecretId must name a region.'],
  ['arn:aws:secretsmanager:us-east-1::secret:x', 'SecretId must name an account of 12 digits.'],
  ['arn:aws:secretsmanager:us-east-1:111111111111:db', 'SecretId must end in secret:NAME'],
  [`${prefix}${'x'.repeat(513)}`, 'SecretId must end in secret:NAME'],
  [`${prefix}a*`, 'SecretId must end in secret:NAME'],
])('refuses %p', (text, message) => {
  expect(() => parseSecretReference(text)).toThrow(message);
});

it('refuses a name as AWS does where the field is SecretId, and names the field where it is another', () => {
  expect(() => parseSecretReference('a b')).toThrow(expect.objectContaining({ reason: 'ValidationException' }));
  expect(() => parseSecretReference('a b', 'masterarn')).toThrow(
    expect.objectContaining({ reason: 'InvalidParameterException', message: expect.stringMatching(/^masterarn must be/) }),
  );
});

it('reads a name that only AWS itself gives', () => {
  expect(parseSecretReference('rds!cluster-1')).toEqual({ kind: 'name', name: 'rds!cluster-1' });
});
