// How amounts and counts are written. Amounts come as decimals with six digits after the point, and are never computed with here.

const LOCALE = 'en';

/** `$1.23`; a sum below a cent with as many digits as say something: `$0.000021`. */
export function money(amount: string, currency: string): string {
  const value = Number(amount);
  const isTiny = value !== 0 && Math.abs(value) < 0.01;
  const digits = isTiny
    ? { minimumFractionDigits: 2, maximumFractionDigits: 6 }
    : { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return new Intl.NumberFormat(LOCALE, { style: 'currency', currency, ...digits }).format(value);
}

/** With all six digits, less the zeros that say nothing after the second. */
export const exactMoney = (amount: string, currency: string): string =>
  new Intl.NumberFormat(LOCALE, { style: 'currency', currency, minimumFractionDigits: 2, maximumFractionDigits: 6 }).format(
    Number(amount),
  );

/** `12,345`. */
export const count = (value: bigint | number): string => new Intl.NumberFormat(LOCALE).format(value);

/** `12.3K`, for places that are too narrow for more. */
export const shortCount = (value: bigint | number): string =>
  new Intl.NumberFormat(LOCALE, { notation: 'compact', maximumFractionDigits: 1 }).format(value);

/** `4.2%` of two counts; `–` if there is nothing to compare with. */
export function share(part: bigint | number, whole: bigint | number): string {
  if (Number(whole) === 0) return '–';
  return new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 1 }).format(Number(part) / Number(whole));
}

/** A quantity as a decimal text, without zeros that say nothing: `1.97043`, `20,000`. */
export const quantity = (text: string): string =>
  new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 6 }).format(Number(text));
