import { PolicyCache } from './policy-cache';

/** Documents of a length that is worth knowing: `capacity` holds forty of them. */
const LENGTH = 200;
const capacity = 40 * LENGTH;
const document = (name: string): string => {
  const Statement = {
    Sid: name.replaceAll(' ', ''),
    Effect: 'Deny',
    Principal: '*',
    Action: 'secretsmanager:GetSecretValue',
    Resource: '*',
  };
  return JSON.stringify({ Version: '2012-10-17', Statement }).padEnd(LENGTH);
};
/** Whether what is asked for is what was compiled before. */
const kept = (cache: PolicyCache, account: string, name: string, before: unknown) =>
  cache.get(account, document(name)) === before;

it('compiles a document once', () => {
  const cache = new PolicyCache(capacity);
  expect(cache.get('1', document('a'))).toBe(cache.get('1', document('a')));
});

it('keeps a quarter of it for one account, those used last, whatever that account asks for', () => {
  const cache = new PolicyCache(capacity);
  const other = cache.get('2', document('other'));
  const [first, second] = ['first', 'second'].map((name) => cache.get('1', document(name)));
  for (let n = 0; n < 8; n++) cache.get('1', document(`${n}`));
  expect(kept(cache, '1', 'first', first)).toBe(true);
  cache.get('1', document('one more'));
  expect([kept(cache, '1', 'first', first), kept(cache, '1', 'second', second)]).toEqual([true, false]);
  for (let n = 0; n < 1_000; n++) cache.get('1', document(`${n}`));
  expect(kept(cache, '2', 'other', other)).toBe(true);
});

it('makes room by the policies of the account that has most', () => {
  const cache = new PolicyCache(capacity);
  const small = cache.get('small', document('small'));
  for (let n = 0; n < 5 * 10; n++) cache.get(`${n % 5}`, document(`${n}`));
  expect(kept(cache, 'small', 'small', small)).toBe(true);
  expect(() => cache.get('1', 'no policy')).toThrow();
});
