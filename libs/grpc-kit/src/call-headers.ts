import type { IncomingHttpHeaders } from 'node:http2';
import { CallerReference } from '@strongroom/contracts/strongroom/common/v1/common';
import { invalidParameter, unauthenticated } from '@strongroom/errors';
import { CALLER_REFERENCE } from './caller-header';
import { REQUEST_ID } from './error-status';
import { TRACEPARENT } from './traced-client';

/** What a call says before its request. Whatever it says, reading it fails only as documented here. */
export interface CallHead {
  /** Milliseconds since the Unix epoch, Infinity for a call without one; undefined for one that cannot be read. */
  deadline(now: number): number | undefined;
  /** Undefined unless it has the form of one. */
  readonly requestId: string | undefined;
  /** Printable ASCII; anything else becomes a question mark. */
  readonly userAgent: string;
  /** It comes on somebody's behalf. */
  readonly namesCaller: boolean;
  /** @throws InvalidParameterException for a reference that cannot be read */
  callerReference(): CallerReference;
  /**
   * From `authorization: Bearer …`; undefined without that header.
   * @throws unauthenticated for an `authorization` that is not a bearer token, or for several: the sender chose to be somebody in
   * particular
   */
  readonly bearerToken: string | undefined;
  /** W3C Trace Context; whether it is one is seen where it is used. */
  readonly traceparent: string | undefined;
}

/** The head of a call by HTTP/2. */
export class HeaderHead implements CallHead {
  constructor(
    private readonly headers: IncomingHttpHeaders,
    private readonly rawHeaders: readonly string[],
  ) {}

  deadline(now: number): number | undefined {
    return deadlineOf(this.headers, now);
  }

  get requestId(): string | undefined {
    return requestIdIn(textOf(this.headers, REQUEST_ID));
  }

  get userAgent(): string {
    return userAgentIn(textOf(this.headers, 'user-agent'));
  }

  get namesCaller(): boolean {
    return this.headers[CALLER_REFERENCE] !== undefined;
  }

  callerReference(): CallerReference {
    try {
      const [sent] = textOf(this.headers, CALLER_REFERENCE)!.split(',', 1);
      return CallerReference.decode(Buffer.from(sent!, 'base64'));
    } catch (cause) {
      throw invalidParameter(`${CALLER_REFERENCE} is not a CallerReference`, { cause });
    }
  }

  get bearerToken(): string | undefined {
    return bearerTokenOf(this.headers, this.rawHeaders);
  }

  get traceparent(): string | undefined {
    return textOf(this.headers, TRACEPARENT);
  }
}

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

/** Infinity without a `grpc-timeout`; undefined for one that is not of gRPC's form. */
function deadlineOf(headers: IncomingHttpHeaders, now: number): number | undefined {
  const sent = textOf(headers, 'grpc-timeout');
  if (sent === undefined) return Infinity;
  const [, count, unit] = TIMEOUT_FORM.exec(sent) ?? [];
  return count === undefined ? undefined : now + Number(count) * UNIT_MS[unit!]!;
}

/** Printable ASCII; anything else becomes a question mark. */
export function userAgentIn(sent = ''): string {
  return sent.slice(0, MAX_USER_AGENT).replace(/[^\x20-\x7e]/g, '?');
}

export function requestIdIn(sent: string | undefined): string | undefined {
  return sent !== undefined && REQUEST_ID_FORM.test(sent) ? sent : undefined;
}

function bearerTokenOf(headers: IncomingHttpHeaders, rawHeaders: readonly string[]): string | undefined {
  const sent = headers.authorization;
  if (sent === undefined) return undefined;
  const token = /^Bearer ([\x21-\x7e]{1,8192})$/i.exec(sent)?.[1];
  // Node keeps only the first of several.
  if (token === undefined || rawHeaders.filter((name, at) => at % 2 === 0 && name === 'authorization').length > 1) {
    throw unauthenticated(UNRECOGNIZED);
  }
  return token;
}
