import { TRPCError, type TRPC_ERROR_CODE_KEY } from '@trpc/server';
import { ZodError } from 'zod';
import type { Problem } from '@strongroom/console-api';
import { isField } from './contract-fields';
import { type DomainError, type ErrorKind, invalidParameter, isDomainError } from '@strongroom/errors';

const codes: Readonly<Record<ErrorKind, TRPC_ERROR_CODE_KEY>> = {
  'invalid-argument': 'BAD_REQUEST',
  'failed-precondition': 'PRECONDITION_FAILED',
  'not-found': 'NOT_FOUND',
  'already-exists': 'CONFLICT',
  'permission-denied': 'FORBIDDEN',
  unauthenticated: 'UNAUTHORIZED',
  'resource-exhausted': 'TOO_MANY_REQUESTS',
  aborted: 'CONFLICT',
  unavailable: 'SERVICE_UNAVAILABLE',
  'deadline-exceeded': 'GATEWAY_TIMEOUT',
  cancelled: 'CLIENT_CLOSED_REQUEST',
  unimplemented: 'NOT_IMPLEMENTED',
  internal: 'INTERNAL_SERVER_ERROR',
};

/** What breaks a rule of a field. @param field such as `tags[2].key` */
export const invalidField = (field: string, rule: string): DomainError =>
  invalidParameter(`${field}: ${rule}`, { metadata: { field } });

/** A field of a message, as services name it: `SecretId: must be …`, or `Filters[0].Key must be …`. */
const FIELD = /^(?:The )?([A-Za-z]\w*(?:\[\d+\]|\.\w+)*)(?:: | (?:value )?must )/;

/** How the page sees an error; of one that nobody expected only that there was one. */
export function problemOf(error: unknown, requestId: string | undefined): Problem {
  const known = domainErrorOf(error);
  const id = requestId === undefined ? {} : { requestId };
  if (known === undefined) {
    return { kind: 'internal', reason: 'InternalServiceError', message: 'Something went wrong in the console.', ...id };
  }
  const { kind, reason, message, metadata } = known;
  const field = metadata['field'] ?? (kind === 'invalid-argument' ? fieldIn(message) : undefined);
  const wait = Number(metadata['retry_after_ms'] ?? NaN);
  return {
    kind,
    reason,
    message,
    ...(field === undefined ? {} : { field }),
    ...(wait >= 0 ? { retryAfterMs: wait } : {}),
    ...id,
  };
}

function fieldIn(message: string): string | undefined {
  const [, named] = FIELD.exec(message) ?? [];
  const field = named?.replace(/(^|\.)[A-Z]/g, (start) => start.toLowerCase());
  return field !== undefined && isField(field.replace(/[[.].*$/, '')) ? field : undefined;
}

/** As tRPC throws it: its code gives the answer's status. */
export function asTrpcError(error: TRPCError): TRPCError {
  const known = domainErrorOf(error);
  return known === undefined ? error : new TRPCError({ code: codes[known.kind], message: known.message, cause: known });
}

/** The error that is meant for the person; undefined: there is none. */
function domainErrorOf(error: unknown): DomainError | undefined {
  if (isDomainError(error)) return error;
  if (!(error instanceof TRPCError)) return undefined;
  const { cause, code } = error;
  if (isDomainError(cause)) return cause;
  if (cause instanceof ZodError) return ofInput(cause);
  if (code === 'BAD_REQUEST' || code === 'PARSE_ERROR') return invalidParameter('The request is not one of the console.');
  if (code === 'NOT_FOUND') return invalidParameter('The console has no such procedure.');
  return undefined;
}

function ofInput({ issues: [issue] }: ZodError): DomainError {
  const field = issue!.path.map(String).join('.') || 'input';
  return invalidField(field, issue!.message);
}
