import { adviceFor, engineRule } from '../required-fields';
import type { SecretFields } from './secret-fields';

/**
 * The word in the field `engine`, in lower case; undefined if the field is absent.
 * @throws InvalidRequestException if a function for these engines does not rotate it; the message names those that do
 */
export const requireEngine = <T extends string>(fields: SecretFields, engines: readonly T[]): T | undefined => {
  const text = fields.optionalText('engine');
  if (text === undefined) return undefined;
  const word = engines.find((one) => one === text.toLowerCase());
  if (!word) throw fields.wrong('engine', engineRule(engines), adviceFor(text));
  return word;
};
