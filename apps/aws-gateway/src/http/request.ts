import type { IncomingHttpHeaders } from 'node:http';

/** A request without its body. */
export interface WireHead {
  method: string;
  path: string;
  /** The part after `?` as it was sent; '' without one. */
  query: string;
  /** By lower-case name. `host` is `:authority` if HTTP/2 sent no host. */
  headers: IncomingHttpHeaders;
  /** Why the headers cannot be read. */
  problem?: string;
  /** IP address of the client. */
  address: string;
  /** False over plain HTTP. */
  secure: boolean;
}

/** A request as it arrived, with its whole body. */
export interface WireRequest extends WireHead {
  body: Uint8Array;
}

export interface WireResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** The only value of a header; '' if it is absent. */
export const headerOf = ({ headers }: Pick<WireHead, 'headers'>, name: string): string => {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
};
