import type { handleUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import { deadlineExceeded } from '@strongroom/errors';
import { ActiveCall, type MethodRuntime, type RawUnaryCall, type ServerRuntime } from './active-call';
import { admit, decodeRequest, reportRefusal, runAround } from './admission';
import type { UnaryHandler } from './handler';

export function answerUnary(runtime: ServerRuntime, rpc: MethodRuntime, handler: UnaryHandler): handleUnaryCall<Buffer, Buffer> {
  return (raw, callback) => {
    const call = new ActiveCall(runtime, rpc, raw, runtime.maxDeadlineMs);
    runtime.unaryInFlight++;
    const timer = call.isDeadlineOurs ? setTimeout(overdue, call.deadline - Date.now(), call, callback) : undefined;
    void answer(call, raw, callback, handler).then(() => {
      runtime.unaryInFlight--;
      if (timer !== undefined) clearTimeout(timer);
    });
  };
}

/** Never rejects: grpc-js would leave the caller waiting. */
async function answer(
  call: ActiveCall,
  raw: RawUnaryCall,
  callback: sendUnaryData<Buffer>,
  handler: UnaryHandler,
): Promise<void> {
  const { runtime, rpc } = call;
  let isAdmitted = false;
  try {
    // Whom everybody may call answers under load, too: a health check that fails then makes it worse.
    if (runtime.unaryInFlight > runtime.maxInFlight && rpc.rule.callers !== 'anyone') throw call.overload();
    call.checkDeadline();
    const admission = admit(call);
    if (admission !== undefined) await admission;
    isAdmitted = true;
    const request = decodeRequest(rpc, raw.request);
    const response =
      rpc.around.length === 0
        ? await handler.handle(request, call)
        : await runAround(call, request, () => handler.handle(request, call));
    if (call.ended) return;
    if (raw.cancelled) {
      call.fail(call.interruption());
      return;
    }
    const bytes = rpc.encode(response as never);
    raw.sendMetadata(call.responseMetadata());
    call.succeed();
    callback(null, bytes);
  } catch (error) {
    if (!isAdmitted) await reportRefusal(call, error);
    if (!call.ended) callback(call.fail(raw.cancelled ? call.interruption() : error));
  }
}

function overdue(call: ActiveCall, callback: sendUnaryData<Buffer>): void {
  if (call.ended) return;
  const error = deadlineExceeded('the deadline has passed');
  call.abort(error);
  callback(call.fail(error));
}
