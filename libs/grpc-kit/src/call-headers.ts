import type { IncomingHttpHeaders } from 'node:http2';
import { unauthenticated } from '@strongroom/errors';
import { CALLER_REFERENCE } from './caller-header';
import { REQUEST_ID } from './error-status';
import { TRACEPARENT } from './traced-client';

// The data in a call's headers. Whatever they contain, reading them fails only as documented here.

/** AWS's message for a credential that proves nothing, whatever the reason. */
export const UNRECOGNIZED = 'The security token included in the request is invalid.';

const MAX_USER_AGENT = 256;
const REQUEST_ID_FORM = /^[A-Za-z0-9._:-]{1,128}$/;
const TIMEOUT_FORM = /^(\d{1,8})([HMSmun])$/;
const UNIT_MS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };

const textOf = (headers: IncomingHttpHeaders, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
};

/** Milliseconds since the Unix epoch, Infinity without a `grpc-timeout`; undefined for one that is not of gRPC's form. */
export function deadlineOf(headers: IncomingHttpHeaders, now: number): number | undefined {
  const sent = textOf(headers, 'grpc-timeout');
  if (sent === undefined) return Infinity;
  const [, count, unit] = TIMEOUT_FORM.exec(sent) ?? [];
  return count === undefined ? undefined : now + Number(count) * UNIT_MS[unit!]!;
}

/** Printable ASCII; anything else becomes a question mark. */
export function userAgentOf(headers: IncomingHttpHeaders): string {
  return (textOf(headers, 'user-agent') ?? '').slice(0, MAX_USER_AGENT).replace(/[^\x20-\x7e]/g, '?');
}

export function requestIdOf(headers: IncomingHttpHeaders): string | undefined {
  const sent = textOf(headers, REQUEST_ID);
  return sent !== undefined && REQUEST_ID_FORM.test(sent) ? sent : undefined;
}

/**
 * @throws unauthenticated for an `authorization` that is not a bearer token, or for several: the sender chose to be somebody in
 * particular
 */
export function bearerTokenOf(headers: IncomingHttpHeaders, rawHeaders: readonly string[]): string | undefined {
  const sent = headers.authorization;
  if (sent === undefined) return undefined;
  const token = /^Bearer ([\x21-\x7e]{1,8192})$/i.exec(sent)?.[1];
  // Node keeps only the first of several.
  if (token === undefined || rawHeaders.filter((name, at) => at % 2 === 0 && name === 'authorization').length > 1) {
    throw unauthenticated(UNRECOGNIZED);
  }
  return token;
}

/** W3C Trace Context; whether it is one is seen where it is used. */
export const traceparentOf = (headers: IncomingHttpHeaders): string | undefined => textOf(headers, TRACEPARENT);

export function callerReferenceOf(headers: IncomingHttpHeaders): Buffer | undefined {
  const sent = textOf(headers, CALLER_REFERENCE);
  return sent === undefined ? undefined : Buffer.from(sent.split(',', 1)[0]!, 'base64');
}
