import { count, exactMoney, money, quantity, share, shortCount } from './amounts';

it('writes money to the cent, and what is less than a cent in full', () => {
  expect(money('1234.567000', 'USD')).toBe('$1,234.57');
  expect(money('0.000021', 'USD')).toBe('$0.000021');
  expect(money('0.000000', 'USD')).toBe('$0.00');
  expect(money('-0.500000', 'EUR')).toBe('-€0.50');
  expect(exactMoney('0.788172', 'USD')).toBe('$0.788172');
  expect(exactMoney('0.400000', 'USD')).toBe('$0.40');
});

it('writes counts and shares', () => {
  expect(count(1234567n)).toBe('1,234,567');
  expect(shortCount(12_345)).toBe('12.3K');
  expect(share(1n, 24n)).toBe('4.2%');
  expect(share(0, 0)).toBe('–');
  expect(quantity('1.970430')).toBe('1.97043');
  expect(quantity('20000')).toBe('20,000');
});
