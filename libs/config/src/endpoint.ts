import { isHostAndPort } from './address';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** The endpoint in `host:port` or `[IPv6]:port`, as Node's servers and sockets take it: without brackets. */
export function endpointOf(hostAndPort: string): Endpoint {
  const separator = hostAndPort.lastIndexOf(':');
  return { host: hostAndPort.slice(0, separator).replace(/^\[|\]$/g, ''), port: Number(hostAndPort.slice(separator + 1)) };
}

/** The inverse of `endpointOf`. */
export function endpointText({ host, port }: Endpoint): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** The endpoints of hosts that are separated by commas; a host without a port of its own has the port of all. */
export function endpointsAt(hosts: string, port: number): Endpoint[] {
  return hosts.split(',').map((text) => (isHostAndPort(text) ? endpointOf(text) : { host: text, port }));
}
