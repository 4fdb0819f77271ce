import { returnPath } from './return-path';

it.each(['/', '/secrets?q=a', '/secrets/prod%2Fdb', '/sign-in-history'])('goes back to %s', (path) =>
  expect(returnPath(path)).toBe(path),
);

it.each([
  '',
  'secrets',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  'https://evil.example/',
  'javascript:alert(1)',
  '/sign-in',
  '/sign-in?to=/',
  undefined,
  ['/secrets'],
])('does not go to %j', (path) => expect(returnPath(path)).toBe('/'));
