import { matches } from './matching';

it.each([
  ['Create a secret', 'cr sec', true],
  ['prod/payment-db', 'pay', true],
  ['prod/payment-db', 'DB prod', true],
  ['prod/payment-db', 'ayment', false],
  ['anything', '', true],
  ['anything', ' / ', true],
])('%s for %j: %s', (text, query, is) => expect(matches(text, query)).toBe(is));
