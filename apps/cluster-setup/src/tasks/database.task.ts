import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import {
  connectAsAdministrator,
  DatabaseUsers,
  serviceNames,
  services,
  type DatabaseAdministrator,
  type HostOf,
} from '@strongroom/local-cluster';
import { databaseNodes, type SetupConfig } from '../config';

/** The name of a database server on the network of this name; on the network that all services share, the server's own name. */
export const databaseHostOn = (network?: string, node: string = databaseNodes[0]): string =>
  network ? `${node}.${network}` : node;

/** Gives every service its schema and its users. */
export const provisionDatabase = async (config: SetupConfig): Promise<void> => (await users(config)).provision();

/** Grants services their rights on single tables, after the migrations. */
export const grantTables = async (config: SetupConfig): Promise<void> => {
  const made = await users(config);
  for (const service of serviceNames) await made.grantTables(service);
};

const users = async ({ layout, database, highAvailability }: SetupConfig): Promise<DatabaseUsers> => {
  if (database) return new DatabaseUsers(await firstThatAnswers(database), layout);
  const password = readFileSync(layout.passwordFile('administrator'), 'utf8').trim();
  const nodes = highAvailability ? databaseNodes : [databaseNodes[0]];
  const administrator = await firstThatAnswers(nodes.map((host) => ({ host, port: 3306, user: 'root', password })));
  return new DatabaseUsers(administrator, layout, await hostsByNetwork(administrator.host));
};

/** The last one if none answers, whose failure the caller then reports. */
const firstThatAnswers = async (nodes: readonly DatabaseAdministrator[]): Promise<DatabaseAdministrator> => {
  for (const node of nodes.slice(0, -1)) {
    const connection = await connectAsAdministrator(node).catch(() => undefined);
    if (!connection) continue;
    await connection.end();
    return node;
  }
  return nodes.at(-1)!;
};

/** @param node a database server that runs */
const hostsByNetwork = async (node: string): Promise<HostOf> => {
  const hosts = new Map<string, string>();
  for (const service of serviceNames) {
    const { databaseNetwork } = services[service];
    if (databaseNetwork) hosts.set(service, await neighboursOf(databaseHostOn(databaseNetwork, node)));
  }
  return (service) => hosts.get(service) ?? '%';
};

/** The `address/netmask` of the network that this container shares with the named one. */
const neighboursOf = async (name: string): Promise<string> => {
  const { address } = await lookup(name, { family: 4 });
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  const near = addresses.find(
    (own) => own.family === 'IPv4' && networkOf(own.address, own.netmask) === networkOf(address, own.netmask),
  );
  if (!near) throw new Error(`this container shares no network with ${name} (${address})`);
  return `${networkOf(address, near.netmask)}/${near.netmask}`;
};

/** `172.18.0.0` of `172.18.3.4` with `255.255.0.0`. */
const networkOf = (address: string, netmask: string): string => {
  const mask = netmask.split('.').map(Number);
  return address
    .split('.')
    .map((octet, i) => Number(octet) & mask[i]!)
    .join('.');
};
