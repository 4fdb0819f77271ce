import fc from 'fast-check';
import { divided, formatAmount, MAX_AMOUNT, parseAmount } from './money';

it.each([
  ['0', 0n],
  ['0.4', 400_000n],
  ['0.40', 400_000n],
  ['1', 1_000_000n],
  ['12.000001', 12_000_001n],
  [MAX_AMOUNT, 999_999_999_999_999n],
])('reads %s', (text, micros) => {
  expect(parseAmount(text)).toBe(micros);
});

it.each(['', '-1', '+1', '.5', '1.', '1e3', '0x1', ' 1', '1,5', '0.0000001', '1000000000', 'NaN', '１'])(
  'does not read %j',
  (text) => {
    expect(parseAmount(text)).toBeUndefined();
  },
);

it('reads what it writes', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: parseAmount(MAX_AMOUNT)! }), (micros) => {
      expect(parseAmount(formatAmount(micros))).toBe(micros);
    }),
  );
});

it('writes less than nothing', () => {
  expect(formatAmount(-1n)).toBe('-0.000001');
  expect(formatAmount(-1_500_000n)).toBe('-1.500000');
});

it.each([
  [5n, 2n, 2n],
  [7n, 2n, 4n],
  [3n, 2n, 2n],
  [1n, 2n, 0n],
  [-1n, 2n, 0n],
  [-3n, 2n, -2n],
  [-5n, 3n, -2n],
  [10n, 3n, 3n],
  [11n, 3n, 4n],
  [6n, 3n, 2n],
])('divides %d by %d: %d', (dividend, divisor, quotient) => {
  expect(divided(dividend, divisor)).toBe(quotient);
});

it('is never off by more than a half, and even where it is off by a half', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
      fc.bigInt({ min: 1n, max: 10n ** 9n }),
      (dividend, divisor) => {
        const quotient = divided(dividend, divisor);
        const twice = 2n * (dividend - quotient * divisor);
        expect(twice >= -divisor && twice <= divisor).toBe(true);
        if (twice === divisor || twice === -divisor) expect(quotient % 2n).toBe(0n);
      },
    ),
  );
});
