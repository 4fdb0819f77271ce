import { type DomainError, invalidParameter } from '@strongroom/errors';
import type { ActiveCall } from './active-call';
import { reportRefusal } from './admission';

/** Decodes the request and calls the handler, through all wrappers. */
export async function runCall(call: ActiveCall, bytes: Buffer, handle: (request: never) => Promise<unknown>): Promise<unknown> {
  if (call.refusal !== undefined) return refuse(call, call.refusal);
  let request: never;
  try {
    request = call.rpc.decode(bytes);
  } catch (error) {
    return refuse(call, malformed(error));
  }
  return call.rpc.around.length === 0 ? handle(request) : runAround(call, request, () => handle(request));
}

/** Calls the handler through all wrappers. */
export function runAround(call: ActiveCall, request: unknown, handle: () => Promise<unknown>, from = 0): Promise<unknown> {
  const around = call.rpc.around[from];
  return around === undefined ? handle() : around(call, request, () => runAround(call, request, handle, from + 1));
}

/** InvalidParameterException for bytes that are not such a message. */
export function malformed(cause: unknown): DomainError {
  return invalidParameter(
    `the request is not a well-formed message of this method${cause instanceof UnfitField ? `: ${cause.message}` : ''}`,
    {
      cause,
    },
  );
}

/** A part of a message that no decoder of ours would keep unchanged; the error names the field and the rule. */
export class UnfitField extends Error {}

/**
 * A malformed request. If the caller is known, the call passes the handler's wrappers, like any other call that fails. If the
 * request itself must identify the caller, nobody is known.
 */
async function refuse(call: ActiveCall, error: Error): Promise<never> {
  if (call.isAnonymous) await reportRefusal(call, error);
  else await runAround(call, undefined, () => Promise.reject(error));
  throw error;
}
