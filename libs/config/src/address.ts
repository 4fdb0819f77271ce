/** A whole number from 0 to 65535. */
export const isPort = (text: string): boolean => /^\d{1,5}$/.test(text) && Number(text) <= 65_535;

/** `host:port`, port 0 to 65535; an IPv6 host must be in brackets. */
export function isHostAndPort(text: string): boolean {
  const match = /^(?:\[[0-9a-fA-F:.]+\]|[^\s:[\]]+):(\d+)$/.exec(text);
  return match !== null && isPort(match[1]!);
}

export const SERVICE_ADDRESS_RULE = 'must be host:port, or several of them, separated by commas';

/** One or more targets of a service, `host:port`, `dns:///host:port` or `IPv4:port,IPv4:port…`, as gRPC's client takes them. */
export const isServiceAddress = (text: string): boolean =>
  text
    .replace(/^dns:\/\/\//, '')
    .split(',')
    .every(isHostAndPort);
