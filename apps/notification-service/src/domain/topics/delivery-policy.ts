import { invalidParameter } from './topic-errors';

export const DEFAULT_CONTENT_TYPE = 'text/plain; charset=UTF-8';
const CONTENT_TYPE = /^[a-z]+\/[a-z0-9.+-]+(?:; ?charset=[A-Za-z0-9-]+)?$/;
const MAX_LENGTH = 2_048;

/** Where SNS has the content type: of all subscriptions of a topic, or of one. */
const PLACES = {
  topic: { path: ['http', 'defaultRequestPolicy', 'headerContentType'], ignored: { disableSubscriptionOverrides: false } },
  subscription: { path: ['requestPolicy', 'headerContentType'], ignored: {} },
} as const;

/**
 * Reads the one thing of a DeliveryPolicy that Strongroom has: the content type of what goes to http and https.
 * @returns undefined if it does not say
 * @throws InvalidParameterException if it asks for anything else
 */
export function readContentType(document: string, of: keyof typeof PLACES): string | undefined {
  if (document === '' || document === '{}') return undefined;
  const { path, ignored } = PLACES[of];
  if (document.length > MAX_LENGTH) throw invalid(`It must have at most ${MAX_LENGTH} characters.`);
  let at = parsed(document);
  for (const [depth, name] of path.entries()) {
    if (typeof at !== 'object' || at === null || Array.isArray(at))
      throw invalid(`${path.slice(0, depth).join('.')} must be an object.`);
    const object = at as Record<string, unknown>;
    const other = Object.keys(object).find((key) => key !== name && !(depth === 1 && isIgnored(ignored, key, object[key])));
    if (other !== undefined) {
      throw invalid(
        `Strongroom tries for 24 hours, and of delivery policies it has only ${path.join('.')}, not "${other.slice(0, 60)}".`,
      );
    }
    at = object[name];
    if (at === undefined) return undefined;
  }
  if (typeof at !== 'string' || !CONTENT_TYPE.test(at)) throw invalid('headerContentType must be a media type.');
  return at;
}

const isIgnored = (ignored: Readonly<Record<string, unknown>>, key: string, value: unknown): boolean =>
  Object.hasOwn(ignored, key) && ignored[key] === value;

const invalid = (rule: string) => invalidParameter('DeliveryPolicy', rule);

function parsed(document: string): unknown {
  try {
    return JSON.parse(document);
  } catch {
    throw invalid('It must be JSON.');
  }
}
