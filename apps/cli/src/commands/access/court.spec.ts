import { collectContext } from './court';

it('takes keys in any case, and several values of one', () => {
  const first = collectContext('aws:SourceIp=10.0.0.7');
  const second = collectContext('aws:TagKeys=a', first);
  expect(collectContext('AWS:tagkeys=b=c', second)).toEqual({ 'aws:sourceip': ['10.0.0.7'], 'aws:tagkeys': ['a', 'b=c'] });
});

it.each(['aws:SourceIp', 'SourceIp=1', '=x', ''])('refuses %p', (text) => {
  expect(() => collectContext(text)).toThrow(/KEY=VALUE/);
});
