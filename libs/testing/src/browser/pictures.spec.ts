import { pictureName } from './pictures';

it.each([
  ['/', 'home'],
  ['/secrets', 'secrets'],
  ['/secrets/prod%2Fdb?tab=versions', 'secrets-prod-db-versions'],
  ['/trail?q=%22%3E%3Cimg', 'trail-img'],
  [`/keys/${'k'.repeat(100)}`, `keys-${'k'.repeat(55)}`],
])('names the pictures of %s %s', (address, name) => expect(pictureName(address)).toBe(name));
