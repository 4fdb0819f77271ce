import type { IncomingHttpHeaders } from 'node:http';

/** A request without its body. */
export interface WireHead {
  method: string;
  path: string;
  /** What follows `?`, as it was sent; '' without one. */
  query: string;
  /** By lower-case name. `host` is `:authority` where HTTP/2 sent no host. */
  headers: IncomingHttpHeaders;
  /** Why the headers cannot be read. */
  problem?: string;
  /** IP address of the client. */
  address: string;
  /** False over plain HTTP. */
  secure: boolean;
}

/** A request as it came in, its body read whole. */
export interface WireRequest extends WireHead {
  body: Uint8Array;
}

export interface WireResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** The only value of a header; '' where it is absent. */
export const headerOf = ({ headers }: Pick<WireHead, 'headers'>, name: string): string => {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
};
