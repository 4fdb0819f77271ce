import { cut } from './step-failure';

const MAX_LENGTH = 300;
const HIDDEN = '…';

const host = /^[a-z][a-z0-9-]{0,40}(\.[a-z][a-z0-9-]{0,40})+(:\d{1,5})?$/;

/** Names of errors, classes and hosts have groups of the same kind of character; secret values are mixtures. */
const looksLikeValue = (word: string): boolean => {
  if (word.startsWith('arn:') || host.test(word)) return false;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9.,:;/_()-]/].filter((kind) => kind.test(word)).length;
  return (word.length >= 8 && kinds >= 3) || (word.length >= 20 && kinds >= 2 && /\d/.test(word)) || word.length > 80;
};

/** An ARN comes first, because it contains `secret:`. */
const assignment = /(\barn:\S+)|\b(\w*(?:password|passwd|pwd|secret|token|key|credential)s?)(\s*[=:]\s*|\s+is\s+)\S+/gi;

/**
 * Makes a message of a custom function safe for history and audit trail, because it may contain a secret value. `…` replaces
 * quoted text, the text after the words password, secret, token, key or credential and a `=`, `:` or `is`, and words that look
 * like passwords or keys (8 or more characters of three kinds; 20 or more with digits). Control characters are removed, and the
 * rest is cut at 300 characters.
 */
export const foreignText = (text: string): string => {
  const masked = text
    .slice(0, 4_000)
    .replaceAll(/(["'`])(?:\\.|(?!\1)[^\\])*\1?/gs, HIDDEN)
    .replaceAll(assignment, (all: string, arn?: string, name = '', sign = '') => (arn ? all : `${name}${sign}${HIDDEN}`))
    .split(/(\s+)/)
    .map((word) => (looksLikeValue(word) ? HIDDEN : word))
    .join('');
  return cut(masked, MAX_LENGTH);
};

/**
 * The name of an error, such as `ResourceNotFoundException` or `botocore.exceptions.ClientError`; for any other text, `fallback`.
 */
export const foreignName = (name: unknown, fallback: string): string =>
  typeof name === 'string' && /^[A-Za-z][A-Za-z0-9_.]{0,99}$/.test(name) && !looksLikeValue(name) ? name : fallback;
