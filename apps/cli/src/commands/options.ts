import { InvalidArgumentError } from 'commander';

/** Parses an option that may be given several times: a list of all that was given. */
export const collect =
  <T = string>(parse: (text: string) => T = (text) => text as T) =>
  (text: string, former: T[] = []): T[] => [...former, parse(text)];

/** Parses a whole number within bounds. */
export const integer =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d{1,15}$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };

export const positiveInteger = integer(1, 1_000_000);
