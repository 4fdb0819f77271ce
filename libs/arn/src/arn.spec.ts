import fc from 'fast-check';
import { formatArn, isArn, parseArn } from './arn';

const whole = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:db/main-a1B2c3';

it('takes an ARN apart and puts it together again', () => {
  expect(parseArn(whole)).toEqual({
    partition: 'aws',
    service: 'secretsmanager',
    region: 'us-east-1',
    account: '000000000000',
    resource: 'secret:db/main-a1B2c3',
  });
  expect(formatArn(parseArn(whole))).toBe(whole);
});

it('leaves region and account empty where the service has none', () => {
  expect(parseArn('arn:aws-cn:s3:::bucket')).toMatchObject({ partition: 'aws-cn', region: '', account: '', resource: 'bucket' });
});

it.each([
  ['', 'SecretId must have the form arn:partition:service:region:account:resource.'],
  ['arn:aws:kms', 'SecretId must have the form arn:partition:service:region:account:resource.'],
  ['ARN:aws:kms:r:000000000000:x', 'SecretId must have the form arn:partition:service:region:account:resource.'],
  ['arn:AWS:kms:r:000000000000:x', 'SecretId has an invalid partition: it must be aws, or aws- and lower-case letters.'],
  ['arn:aws:k*:r:000000000000:x', 'SecretId has an invalid service: it must be lower-case letters, digits and single hyphens.'],
  [
    'arn:aws:kms:us_1:000000000000:x',
    'SecretId has an invalid region: it must be empty, or lower-case letters, digits and single hyphens.',
  ],
  ['arn:aws:kms:r:00000000000:x', 'SecretId has an invalid account: it must be empty or 12 digits.'],
  ['arn:aws:kms:r:000000000000:', 'SecretId has an invalid resource: it must be at least one character.'],
  [`arn:aws:kms:r:000000000000:${'x'.repeat(2048)}`, 'SecretId must have at most 2048 characters.'],
])('refuses %p', (text, message) => {
  expect(() => parseArn(text, 'SecretId')).toThrow(expect.objectContaining({ reason: 'InvalidParameterException', message }));
});

it('refuses to write what it would refuse to read', () => {
  expect(() => formatArn({ ...parseArn(whole), account: '1' }, 'Key ARN')).toThrow('Key ARN has an invalid account');
});

it('never fails but with its own error, whatever the text', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((tail) => `arn:aws:kms:r:000000000000:${tail}`),
      ),
      (text) => {
        try {
          expect(formatArn(parseArn(text))).toBe(text);
          expect(isArn(text)).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ reason: 'InvalidParameterException' });
        }
      },
    ),
  );
});
