import { BlockList, isIP, isIPv6 } from 'node:net';
import { plainAddress } from '@strongroom/bounds';

/** The proxies between people and the console. */
export class TrustedProxies {
  private readonly networks = new BlockList();

  /** @param networks addresses, or networks such as 10.0.0.0/8 */
  constructor(networks: readonly string[]) {
    for (const network of networks) {
      const [address, bits] = network.split('/') as [string, string?];
      const family = isIPv6(address) ? 'ipv6' : 'ipv4';
      if (bits === undefined) this.networks.addAddress(address, family);
      else this.networks.addSubnet(address, Number(bits), family);
    }
  }

  /**
   * The address of the person: that of the connection or, if it is a trusted proxy's, the last one in X-Forwarded-For that is
   * not. What stands before that anybody can have written.
   */
  addressOf(connection: string | undefined, forwardedFor: string | undefined): string {
    let address = plainAddress(connection);
    const hops = (forwardedFor ?? '').split(',').map((hop) => plainAddress(hop.trim()));
    while (this.trusts(address)) {
      const hop = hops.pop();
      if (hop === undefined || isIP(hop) === 0) break;
      address = hop;
    }
    return address;
  }

  private trusts(address: string): boolean {
    return isIP(address) !== 0 && this.networks.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  }
}
