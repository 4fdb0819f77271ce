import { type DomainError, invalidParameter } from '@strongroom/errors';
import type { ActiveCall } from './active-call';
import { reportRefusal } from './admission';

/** Decodes the request and calls the handler through everything that goes around it. */
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

/** Calls the handler through everything that goes around it. */
export function runAround(call: ActiveCall, request: unknown, handle: () => Promise<unknown>, from = 0): Promise<unknown> {
  const around = call.rpc.around[from];
  return around === undefined ? handle() : around(call, request, () => runAround(call, request, handle, from + 1));
}

/** InvalidParameterException for bytes that are no such message. */
export const malformed = (cause: unknown): DomainError =>
  invalidParameter(
    `the request is not a well-formed message of this method${cause instanceof UnfitField ? `: ${cause.message}` : ''}`,
    {
      cause,
    },
  );

/** A part of a message that no decoder of ours would keep as it is; its message names the field and the rule. */
export class UnfitField extends Error {}

/**
 * A request that is none. The call of a caller who is known goes through what goes around its handler, as any other that fails. Where the request has to say who
 * calls, nobody is known.
 */
async function refuse(call: ActiveCall, error: Error): Promise<never> {
  if (call.isAnonymous) await reportRefusal(call, error);
  else await runAround(call, undefined, () => Promise.reject(error));
  throw error;
}
