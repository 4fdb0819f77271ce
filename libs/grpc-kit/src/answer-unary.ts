import type { handleUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import type { Leave } from '@strongroom/fairness';
import { inEntrySpan, isTracing } from '@strongroom/tracing';
import type { ActiveCall, RawUnaryCall } from './active-call';
import { reportRefusal } from './admission';
import type { Door } from './door';
import type { UnaryHandler } from './handler';
import { runCall } from './run-call';

export function answerUnary(door: Door, handler: UnaryHandler): handleUnaryCall<Buffer, Buffer> {
  return (raw, callback) => {
    const call = door.callOf(raw);
    if (call.ended || call.isRefused) return;
    call.isHandled = true;
    call.interrupt = (reason) => {
      call.abort(reason);
      callback(call.fail(reason));
    };
    if (isTracing() && call.rpc.rule.isHealth !== true) void answerInSpan(call, () => answer(call, raw, callback, handler));
    else void answer(call, raw, callback, handler);
  };
}

/** From callers who are let in alone, so that strangers can make no spans. */
function answerInSpan(call: ActiveCall, work: () => Promise<void>): Promise<void> {
  const { method, requestId, traceparent, connection } = call;
  const fields = { 'rpc.system.name': 'grpc', 'rpc.method': method.slice(1), 'strongroom.request.id': requestId };
  const options = { kind: 'server', traceparent, isTrusted: connection.isService, fields } as const;
  return inEntrySpan(method.slice(1), options, (span) => {
    call.span = span;
    return work();
  });
}

/** Never rejects: grpc-js would leave the caller waiting. */
async function answer(
  call: ActiveCall,
  raw: RawUnaryCall,
  callback: sendUnaryData<Buffer>,
  handler: UnaryHandler,
): Promise<void> {
  let giveBack: (() => void) | undefined;
  let leave: Leave | undefined;
  try {
    call.checkDeadline();
    giveBack = takePlace(call);
    if (giveBack === undefined) {
      const busy = call.overload();
      await reportRefusal(call, busy);
      throw busy;
    }
    const turn = takeTurn(call);
    leave = turn instanceof Promise ? await turn : turn;
    if (call.ended) return;
    if (call.isCancelled) throw call.interruption();
    const response = await runCall(call, raw.request, (request) => handler.handle(request, call));
    if (call.ended) return;
    if (call.isCancelled) {
      call.fail(call.interruption());
      return;
    }
    const bytes = call.rpc.encode(response as never);
    if (!call.keepAnswer(bytes.length)) throw call.overload();
    raw.sendMetadata(call.responseMetadata());
    call.succeed();
    callback(null, bytes);
  } catch (error) {
    if (!call.ended) callback(call.fail(call.isCancelled ? call.interruption() : error));
  } finally {
    leave?.();
    giveBack?.();
  }
}

/**
 * A place among the running calls until the handler is done, which may be after the call's deadline; undefined if there is none.
 */
function takePlace(call: ActiveCall): (() => void) | undefined {
  const { rpc, runtime, account } = call;
  const { places, strangersCalls } = runtime;
  // A health check that fails under load makes things worse.
  if (rpc.rule.isHealth) return () => undefined;
  if (call.isAnonymous) {
    const { network } = call;
    return strangersCalls.take(network) ? () => strangersCalls.give(network) : undefined;
  }
  return places.take(account) ? () => places.give(account) : undefined;
}

/**
 * Accounts with places take turns. A service that calls as itself works for all of them, and its calls are limited where they
 * originate.
 */
function takeTurn({ account, runtime, rpc, isAnonymous, network }: ActiveCall): Leave | Promise<Leave> | undefined {
  if (rpc.rule.isHealth) return undefined;
  if (isAnonymous) return runtime.turns.enter(network);
  return account === undefined ? undefined : runtime.turns.enter(account);
}
