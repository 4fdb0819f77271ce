/**
 * The fields that logs may contain. They hold names, counts and times; never a secret value, a token or a request. A field that
 * is not listed is dropped: before you add one, consider what it can hold.
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
  // The subject of the work.
  'accountId',
  'region',
  'secretArn',
  'versionId',
  'keyArn',
  'keyId',
  'fingerprint',
  'principalArn',
  'credentialId',
] as const;

export type LogFieldName = (typeof logFieldNames)[number];

export type LogFields = { readonly [Name in LogFieldName]?: string | number | boolean | undefined } & {
  /** Logged as name, message and stack, with its causes, without its other properties. */
  readonly error?: unknown;
};

const allowed: ReadonlySet<string> = new Set(logFieldNames);

/** The part of `fields` that may be written. */
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
 * Drivers' errors have the statement and its parameters as properties, so only the properties of every error are taken. No
 * database driver's error that we know has the statement in its message.
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
