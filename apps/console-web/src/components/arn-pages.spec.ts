import { pageOfArn, shortArn } from './arn-pages';

const secret = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:prod/db/main-AbC123';

it('names a thing within its account', () => {
  expect(shortArn(secret)).toBe('prod/db/main');
  expect(shortArn('arn:aws:iam::000000000000:user/team/ann')).toBe('user/team/ann');
  expect(shortArn('arn:aws:iam::000000000000:root')).toBe('account 000000000000');
  expect(shortArn('console')).toBe('console');
});

it('knows the pages of secrets, keys and principals', () => {
  expect(pageOfArn(secret)).toEqual({ to: '/secrets/$name', params: { name: 'prod/db/main' } });
  expect(pageOfArn('arn:aws:kms:eu-central-1:000000000000:key/1-2')).toEqual({ to: '/keys/1-2' });
  expect(pageOfArn('arn:aws:iam::000000000000:role/team/deploy')).toEqual({ to: '/access/roles/deploy' });
  expect(pageOfArn('arn:aws:s3:::bucket')).toBeUndefined();
  expect(pageOfArn('nonsense')).toBeUndefined();
});
