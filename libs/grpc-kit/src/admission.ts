import { accessDenied, DomainError, isDomainError, unauthenticated } from '@strongroom/errors';
import type { ActiveCall } from './active-call';
import { UNRECOGNIZED } from './call-headers';
import type { Credential } from './server-options';

/**
 * Admits the call and sets its caller, or throws. Returns without a promise if nobody needs to be asked.
 * A service that may call on somebody's behalf names the caller. Otherwise a bearer token, if there is one, identifies the
 * caller; otherwise the certificate does. A service's certificate counts only where the service is listed, so a stolen one opens
 * only what the service needs, whatever policies say.
 */
export function admit(call: ActiveCall): Promise<void> | void {
  const { rule } = call.rpc;
  if (call.head.namesCaller) return admitOnBehalf(call);
  if (rule.callers === 'anyone') return;
  const { certificateUri, service } = call.peer;
  const isListed = service !== undefined && (rule.services === 'any' || rule.services.has(service));
  const isForServices = rule.callers === 'none';
  if (isForServices && isListed) return;
  const bearerToken = isForServices ? undefined : call.head.bearerToken;
  if (bearerToken === undefined) {
    if (certificateUri === undefined) throw unauthenticated(UNRECOGNIZED);
    if (isForServices || (service !== undefined && !isListed)) {
      throw accessDenied(`${certificateUri} is not authorized to call ${call.method}`);
    }
  }
  return authenticate(call, {
    ...(certificateUri === undefined ? {} : { certificateUri }),
    ...(bearerToken === undefined ? {} : { bearerToken }),
  });
}

async function admitOnBehalf(call: ActiveCall): Promise<void> {
  const { certificateUri, service } = call.peer;
  if (service === undefined || !call.rpc.rule.onBehalf.has(service)) {
    throw accessDenied(`${certificateUri ?? 'the caller'} is not authorized to call ${call.method} on behalf of others`);
  }
  const reference = call.head.callerReference();
  call.actFor(reference, service);
  // An anonymous call, where that is allowed: the request itself must prove who calls.
  if (reference.credentialId === '' && call.rpc.rule.callers === 'anyone') return;
  await authenticate(call, { credentialId: reference.credentialId, namedBy: service });
  if (reference.refusal !== undefined) call.refusal = new DomainError({ kind: 'invalid-argument', ...reference.refusal });
}

async function authenticate(call: ActiveCall, credential: Credential): Promise<void> {
  const { runtime } = call;
  const isServiceItself = call.connection.isService && credential.certificateUri !== undefined && !credential.bearerToken;
  call.caller = (await runtime.authenticate(credential, call)) as never;
  if (isServiceItself) return;
  call.account = runtime.accountOf(call.caller, credential);
  call.callerKey = runtime.callerOf(call.caller, credential);
}

/**
 * Reports a call that was refused before its handler ran; a failure of the report is logged and does not affect the caller.
 * Anonymous calls, and calls that ended by themselves, are reported only if somebody was refused.
 */
export async function reportRefusal(call: ActiveCall, error: unknown): Promise<void> {
  if (!isDomainError(error)) return;
  const isAtTheDoor = error.kind === 'unauthenticated' || error.kind === 'permission-denied';
  const isRefusal = error.kind === 'invalid-argument' || error.kind === 'resource-exhausted' || error.kind === 'unimplemented';
  if (!isAtTheDoor && !(isRefusal && call.caller !== undefined)) return;
  try {
    await call.runtime.onRefused?.(call, error);
  } catch (failure) {
    call.runtime.logger.error('a refused call could not be reported', {
      requestId: call.requestId,
      method: call.method,
      error: failure,
    });
  }
}
