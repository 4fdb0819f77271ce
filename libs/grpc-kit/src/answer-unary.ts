import type { handleUnaryCall } from '@grpc/grpc-js';
import type { Leave } from '@strongroom/fairness';
import { inEntrySpan, isTracing } from '@strongroom/tracing';
import type { ActiveCall } from './active-call';
import { reportRefusal } from './admission';
import type { Door } from './door';
import type { CallStatus } from './error-status';
import type { UnaryHandler } from './handler';
import { runCall } from './run-call';

/** Sends how a call ended; the call has ended when it is told. */
export interface Sender {
  /** Whether there is room for an answer of so many bytes; it is reserved until its caller has read it. */
  hasRoom(bytes: number): boolean;
  succeed(response: Buffer): void;
  fail(status: CallStatus): void;
}

export function answerUnary(door: Door, handler: UnaryHandler): handleUnaryCall<Buffer, Buffer> {
  return (raw, callback) => {
    const call = door.callOf(raw);
    if (call.ended || call.isRefused) return;
    answerCall(call, raw.request, handler, {
      hasRoom: (bytes) => call.keepAnswer(bytes),
      succeed: (response) => {
        raw.sendMetadata(call.responseMetadata());
        callback(null, response);
      },
      fail: (status) => callback(status),
    });
  };
}

/** Answers a call that was let in. */
export function answerCall(call: ActiveCall, request: Buffer, handler: UnaryHandler, sender: Sender): void {
  call.isHandled = true;
  call.interrupt = (reason) => {
    call.abort(reason);
    sender.fail(call.fail(reason));
  };
  const work = () => answer(call, request, handler, sender);
  if (isTracing() && call.rpc.rule.isHealth !== true) void answerInSpan(call, work);
  else void work();
}

/** From callers who are let in alone, so that strangers can make no spans. */
function answerInSpan(call: ActiveCall, work: () => Promise<void>): Promise<void> {
  const { method, requestId, connection } = call;
  const { traceparent } = call.head;
  const fields = { 'rpc.system.name': 'grpc', 'rpc.method': method.slice(1), 'strongroom.request.id': requestId };
  const options = { kind: 'server', traceparent, isTrusted: connection.isService, fields } as const;
  return inEntrySpan(method.slice(1), options, (span) => {
    call.span = span;
    return work();
  });
}

/** Never rejects: grpc-js would leave the caller waiting. */
async function answer(call: ActiveCall, request: Buffer, handler: UnaryHandler, sender: Sender): Promise<void> {
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
    const response = await runCall(call, request, (message) => handler.handle(message, call));
    if (call.ended) return;
    if (call.isCancelled) {
      call.fail(call.interruption());
      return;
    }
    const bytes = call.rpc.encode(response as never);
    if (!sender.hasRoom(bytes.length)) throw call.overload();
    call.succeed();
    sender.succeed(bytes);
  } catch (error) {
    if (!call.ended) sender.fail(call.fail(call.isCancelled ? call.interruption() : error));
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
