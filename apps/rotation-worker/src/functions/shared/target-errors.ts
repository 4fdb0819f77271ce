import { DomainError } from '@strongroom/errors';

/** A server that does not answer, or breaks off: a repeat may succeed. The message names host and port; `cause` stays on this machine. */
export const targetUnreachable = (message: string, cause?: unknown): DomainError =>
  new DomainError({ kind: 'unavailable', reason: 'RotationTargetUnreachable', message, cause });

/** The code of a network or TLS failure, such as ECONNREFUSED or DEPTH_ZERO_SELF_SIGNED_CERT: tells what is wrong and holds no value. */
export const failureCode = (error: unknown): string => {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code) ? code : 'connection lost';
};
