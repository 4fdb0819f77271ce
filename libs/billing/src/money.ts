/** An amount of money: millionths of the currency. */
export type Micros = bigint;

const DIGITS = 6;
const SCALE = 10n ** BigInt(DIGITS);
const AMOUNT = /^(\d{1,9})(?:\.(\d{1,6}))?$/;

/** The most that `parseAmount` reads. */
export const MAX_AMOUNT = '999999999.999999';

/** Reads a decimal with at most 9 digits before the point and 6 after it; undefined for anything else. */
export function parseAmount(text: string): Micros | undefined {
  const [, whole, fraction = ''] = AMOUNT.exec(text) ?? [];
  return whole === undefined ? undefined : BigInt(whole) * SCALE + BigInt(fraction.padEnd(DIGITS, '0'));
}

/** A decimal with 6 digits after the point, such as 0.400000. */
export function formatAmount(micros: Micros): string {
  const digits = (micros < 0n ? -micros : micros).toString().padStart(DIGITS + 1, '0');
  return `${micros < 0n ? '-' : ''}${digits.slice(0, -DIGITS)}.${digits.slice(-DIGITS)}`;
}

/** The quotient, rounded to a whole number, half to even: many roundings add up to no bias. `divisor` is more than 0. */
export function divided(dividend: bigint, divisor: bigint): bigint {
  let quotient = dividend / divisor;
  let rest = dividend % divisor;
  if (rest < 0n) {
    quotient -= 1n;
    rest += divisor;
  }
  const twice = 2n * rest;
  return twice > divisor || (twice === divisor && quotient % 2n !== 0n) ? quotient + 1n : quotient;
}
