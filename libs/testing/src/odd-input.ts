import fc from 'fast-check';

/** Kinds of errors (`libs/errors`) that blame the service, or say that it cannot serve. */
const FAULTS: ReadonlySet<string> = new Set(['internal', 'unavailable', 'deadline-exceeded', 'cancelled', 'unimplemented']);

/** @throws Error when the call fails by a fault that is not its caller's */
export async function isTheCallersFault(call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    const { kind, message } = error as { kind?: string; message: string };
    if (kind !== undefined && !FAULTS.has(kind)) return;
    throw new Error(`${kind ?? 'no status'}: ${message}`, { cause: error });
  }
}

/**
 * Tries requests, and holds that none of them makes the service say that it is its own fault, or that it cannot serve.
 *
 * @param parameters default: 60 requests, the same each time
 */
export function tryOddInput<T>(
  requests: fc.Arbitrary<T>,
  call: (request: T) => Promise<unknown>,
  parameters: fc.Parameters<[T]> = {},
): Promise<void> {
  return fc.assert(
    fc.asyncProperty(requests, (request) => isTheCallersFault(() => call(request))),
    { numRuns: 60, seed: 11, ...parameters },
  );
}
