export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Of `host:port` or `[IPv6]:port`: what node's servers and sockets take, without brackets. */
export function endpointOf(hostAndPort: string): Endpoint {
  const separator = hostAndPort.lastIndexOf(':');
  return { host: hostAndPort.slice(0, separator).replace(/^\[|\]$/g, ''), port: Number(hostAndPort.slice(separator + 1)) };
}
