import { versionOf } from '../testing/fake-source.testing';
import { secretBody } from './secret-body';

const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:prod/db-AbCdEf';
const ID = '11111111-1111-4111-8111-111111111111';

// Members, their order and their types are those of AWS's agent: the moment of creation is a text.
it('answers a text', () => {
  expect(secretBody(versionOf('{"password":"\u00e9"}')).toString()).toBe(
    `{"ARN":"${ARN}","Name":"prod/db","VersionId":"${ID}","SecretString":"{\\"password\\":\\"\u00e9\\"}",` +
      '"VersionStages":["AWSCURRENT"],"CreatedDate":"1767323045.678"}',
  );
});

it('answers bytes in base64', () => {
  const version = versionOf('', { secretString: undefined, secretBinary: Buffer.from([0, 255, 62]) });
  expect(JSON.parse(secretBody(version).toString())).toEqual({
    ARN,
    Name: 'prod/db',
    VersionId: ID,
    SecretBinary: 'AP8+',
    VersionStages: ['AWSCURRENT'],
    CreatedDate: '1767323045.678',
  });
});

it('leaves out labels where there are none, and parts of a second', () => {
  const version = versionOf('x', { versionStages: [], createdDate: new Date('2026-01-02T03:04:05Z') });
  expect(secretBody(version).toString()).toBe(
    `{"ARN":"${ARN}","Name":"prod/db","VersionId":"${ID}","SecretString":"x","CreatedDate":"1767323045"}`,
  );
});
