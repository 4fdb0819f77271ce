import { type IncomingHttpHeaders } from 'node:http';

/** A request as it came in, its body read whole. */
export interface WireRequest {
  method: string;
  path: string;
  /** What follows `?`, as it was sent; '' without one. */
  query: string;
  /** By lower-case name. `host` is `:authority` where HTTP/2 sent no host. */
  headers: IncomingHttpHeaders;
  body: Uint8Array;
  /** IP address of the client. */
  address: string;
  /** False over plain HTTP. */
  secure: boolean;
}

export interface WireResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** The only value of a header; '' where it is absent. */
export const headerOf = ({ headers }: Pick<WireRequest, 'headers'>, name: string): string => {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
};
