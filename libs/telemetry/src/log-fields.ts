/**
 * The field names that logs know. They hold names, counts and times; never a value of a secret, a token or a request.
 * A field that is not here is dropped: to log something new, add its name with a thought about what it can hold.
 */
export const logFieldNames = [
  // Calls.
  'requestId',
  'method',
  'peer',
  'code',
  'reason',
  'durationMs',
  'omitted',
  'inFlight',
  // Processes and connections.
  'address',
  'port',
  'target',
  'signal',
  'graceMs',
  'pid',
  'version',
  // Work.
  'attempt',
  'count',
  'delayMs',
  'ageMs',
  'state',
  'name',
  'job',
  'queue',
  'step',
  'migration',
  'schema',
  'stream',
  'consumer',
  'sequence',
  'eventId',
  'eventName',
  // What the work is about.
  'accountId',
  'region',
  'secretArn',
  'versionId',
  'keyArn',
  'fingerprint',
  'principalArn',
  'credentialId',
] as const;

export type LogFieldName = (typeof logFieldNames)[number];

export type LogFields = { readonly [Name in LogFieldName]?: string | number | boolean | undefined } & {
  /** Logged as name, message and stack, with its causes; its other properties are left out. */
  readonly error?: unknown;
};

const allowed: ReadonlySet<string> = new Set(logFieldNames);

/** What of `fields` may be written. */
export function writableFields(fields: LogFields): Record<string, unknown> {
  const writable: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'error') writable['error'] = describeError(value);
    else if (allowed.has(name) && isPlain(value)) writable[name] = value;
  }
  return writable;
}

const isPlain = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);

const MAX_TEXT = 4_000;
const MAX_CAUSES = 5;

interface DescribedError {
  name: string;
  message: string;
  stack?: string;
  cause?: DescribedError;
}

/**
 * Errors of drivers carry the statement and its parameters as properties, so that only what every error has is taken; a database driver
 * puts the statement into the message of no error that we know.
 */
function describeError(error: unknown, depth = 0): DescribedError | undefined {
  if (error === undefined) return undefined;
  if (!(error instanceof Error)) return { name: typeof error, message: 'not an Error' };
  return {
    name: error.name,
    message: error.message.slice(0, MAX_TEXT),
    ...(error.stack === undefined ? {} : { stack: error.stack.slice(0, MAX_TEXT) }),
    ...(error.cause === undefined || depth >= MAX_CAUSES ? {} : { cause: describeError(error.cause, depth + 1) }),
  };
}
