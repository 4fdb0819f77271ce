import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { bounded, codeOf, CONNECT_TIMEOUT, TargetUnreachable } from '@strongroom/egress';
import type { SecretFields } from '../shared/secret-fields';

/** One server of MongoDB. */
export interface MongoDbHost {
  host: string;
  port: number;
}

/** The servers that a secret names: one by one, or by the name of a service whose servers DNS knows. */
export type MongoDbHosts = readonly MongoDbHost[] | { service: string };

/** Asks DNS for the servers of `_mongodb._tcp.<service>`. */
export type ResolveService = (service: string, signal: AbortSignal) => Promise<MongoDbHost[]>;

const PORT = 27_017;
const SERVICE = 'mongodb+srv://';
const MAX_HOSTS = 16;

/**
 * Reads the field `host`, and `port` for those without a port of their own.
 * @throws InvalidRequestException
 */
export const hostsOf = (fields: SecretFields): MongoDbHosts => {
  const text = fields.text('host');
  const port = fields.port('port', PORT);
  if (text.startsWith(SERVICE)) {
    const service = text.slice(SERVICE.length);
    if (/^[\w-]+(\.[\w-]+)+$/.test(service) && !isIP(service)) return { service };
    throw fields.wrong('host', `must be one host name, of two words or more, after "${SERVICE}"`);
  }
  const hosts = text.split(',').map((one) => readHost(one.trim(), port));
  const known = hosts.filter((one) => one !== undefined);
  if (known.length < hosts.length || hosts.length > MAX_HOSTS) {
    throw fields.wrong(
      'host',
      `must be a host name or an IP address, or up to ${MAX_HOSTS} of them with commas between them, or "${SERVICE}" and one host name`,
    );
  }
  return known;
};

const readHost = (text: string, standard: number): MongoDbHost | undefined => {
  if (isIP(text)) return { host: text, port: standard };
  const [, address, name, port] = /^(?:\[([^\]]+)\]|([^\s/?@:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (address !== undefined && !isIP(address)) return undefined;
  const host = address ?? name;
  const number = port === undefined ? standard : Number(port);
  return host === undefined || number < 1 || number > 65_535 ? undefined : { host, port: number };
};

/** Asks the system's DNS servers. */
export const resolveService: ResolveService = async (service, signal) => {
  const resolver = new Resolver();
  const asked = resolver.resolveSrv(`_mongodb._tcp.${service}`);
  const giveUp = () => resolver.cancel();
  const records = await bounded(asked, { signal, milliseconds: CONNECT_TIMEOUT, what: 'The answer of DNS', giveUp });
  return records.map(({ name, port }) => ({ host: name.replace(/\.$/, ''), port }));
};

/**
 * The servers to ask. Those of a service must be of its own domain, as MongoDB's own drivers want it: DNS could send a password
 * anywhere.
 * @param named what names the server in messages
 */
export const serversOf = async (
  hosts: MongoDbHosts,
  resolve: ResolveService,
  { named, signal }: { named: string; signal: AbortSignal },
): Promise<readonly MongoDbHost[]> => {
  if (!('service' in hosts)) return hosts;
  const labels = hosts.service.toLowerCase().split('.');
  const domain = `.${labels.slice(labels.length > 2 ? 1 : 0).join('.')}`;
  const found = await resolve(hosts.service, signal).catch((error: unknown) => {
    throw new TargetUnreachable(named, codeOf(error));
  });
  if (found.length === 0 || found.length > MAX_HOSTS) throw new TargetUnreachable(named, 'no service of MongoDB in DNS');
  if (found.some(({ host }) => !host.toLowerCase().endsWith(domain))) {
    throw new TargetUnreachable(named, "a service's server is of another domain");
  }
  return found;
};
