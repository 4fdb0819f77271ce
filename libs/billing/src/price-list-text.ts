import { parse, YAMLParseError } from 'yaml';
import { invalidParameter } from '@strongroom/errors';
import type { PriceList } from './price-list';
import { type RawPriceList, readPriceList } from './read-price-list';

/** A price list is small; more is a mistake. UTF-16 code units. */
const MAX_LENGTH = 100_000;

/**
 * Reads a price list that people wrote, in YAML. All numbers are read as texts, so that no amount passes through floating point.
 * @throws InvalidParameterException that names the field and the rule
 */
export function readPriceListText(text: string): PriceList {
  if (text.length > MAX_LENGTH) throw invalidParameter(`A price list must have at most ${MAX_LENGTH} characters.`);
  return readPriceList(toRaw(parsed(text)));
}

function parsed(text: string): unknown {
  try {
    return parse(text, { schema: 'failsafe', maxAliasCount: 0 });
  } catch (error) {
    // Its message shows lines of the file.
    const where = error instanceof YAMLParseError && error.linePos ? ` at line ${error.linePos[0].line}` : '';
    throw invalidParameter(`A price list must be YAML; there is a mistake${where}.`);
  }
}

function toRaw(value: unknown): RawPriceList {
  const { currency, freeTrialDays, prices } = record(value, 'The price list', ['currency', 'freeTrialDays', 'prices']);
  return {
    currency: textOf(currency, 'currency'),
    freeTrialDays: textOf(freeTrialDays ?? '0', 'freeTrialDays'),
    prices: list(prices, 'prices').map((price, index) => {
      const name = `prices[${index}]`;
      const { product, from, per, tiers } = record(price, name, ['product', 'from', 'per', 'tiers']);
      return {
        product: textOf(product, `${name}.product`),
        from: textOf(from, `${name}.from`),
        per: textOf(per ?? '', `${name}.per`),
        tiers: list(tiers, `${name}.tiers`).map((tier, place) => {
          const { upTo, amount } = record(tier, `${name}.tiers[${place}]`, ['upTo', 'amount']);
          return {
            upTo: textOf(upTo ?? '', `${name}.tiers[${place}].upTo`),
            amount: textOf(amount, `${name}.tiers[${place}].amount`),
          };
        }),
      };
    }),
  };
}

function record<Name extends string>(value: unknown, name: string, fields: readonly Name[]): Partial<Record<Name, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidParameter(`${name} must have fields.`);
  const unknown = Object.keys(value).find((field) => !fields.includes(field as Name));
  if (unknown !== undefined) throw invalidParameter(`${name} must have no other fields than ${fields.join(', ')}.`);
  return value;
}

function list(value: unknown, name: string): unknown[] {
  if (!Array.isArray(value)) throw invalidParameter(`${name} must be a list.`);
  return value;
}

function textOf(value: unknown, name: string): string {
  if (typeof value !== 'string') throw invalidParameter(`${name} must be given.`);
  return value;
}
