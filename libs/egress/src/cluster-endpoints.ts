import { isIP } from 'node:net';
import { endpointOf, type Endpoint } from '@strongroom/config';
import { isThisMachine } from './closed-addresses';
import { formsOf } from './ip-address';

/** All addresses of a name. Rejects if it has none. */
export type Resolve = (host: string) => Promise<string[]>;

/** The time for which the addresses of the cluster's names are kept; milliseconds. */
const FRESH_MS = 5_000;

/** Reads `host:port`, or several separated by commas, as in the cluster's variables. */
export const endpointsOf = (addresses: string): Endpoint[] =>
  addresses
    .split(',')
    .map((one) => one.trim().replace(/^dns:\/*/, ''))
    .filter(Boolean)
    .map(endpointOf);

/** The cluster's own database, Redis, services and metrics, to which rotation must not connect. */
export class ClusterEndpoints {
  private readonly known = new Map<string, { addresses: string[]; until: number }>();

  constructor(
    private readonly endpoints: readonly Endpoint[],
    private readonly resolve: Resolve,
    private readonly now: () => number = Date.now,
  ) {}

  /** Whether one of them listens there, under any address of the same machine. */
  async include(address: string, port: number): Promise<boolean> {
    const forms = formsOf(address);
    const isHere = isThisMachine(address);
    for (const endpoint of this.endpoints) {
      if (endpoint.port !== port) continue;
      const own = await this.addressesOf(endpoint.host);
      if (own.some((one) => (isHere && isThisMachine(one)) || formsOf(one).some((form) => forms.includes(form)))) return true;
    }
    return false;
  }

  private async addressesOf(host: string): Promise<string[]> {
    if (isIP(host)) return [host];
    const known = this.known.get(host);
    if (known && this.now() < known.until) return known.addresses;
    // A name that cannot be resolved now keeps its last addresses.
    const addresses = await this.resolve(host).catch(() => known?.addresses ?? []);
    this.known.set(host, { addresses, until: this.now() + FRESH_MS });
    return addresses;
  }
}
