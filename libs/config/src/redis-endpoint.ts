/** `host` is a name or an address. */
export interface RedisHost {
  readonly host: string;
  readonly port: number;
}

/** How one logs in to a server, and what its certificate must be. */
export interface RedisAccess {
  /** Default: the server's default user. */
  readonly username?: string;
  readonly password?: string;
  /** PEM: the CAs that the server's certificate may come from; it must name the host. Absent: no TLS. */
  readonly ca?: string;
}

/** One server. */
export interface RedisServer extends RedisHost, RedisAccess {}

/** The primary of a group of servers that Sentinel watches; the access is that of every server of the group. */
export interface RedisGroup extends RedisAccess {
  readonly sentinels: RedisSentinels;
}

export interface RedisSentinels extends RedisAccess {
  /** One of them must answer; they are tried in order. */
  readonly hosts: readonly RedisHost[];
  /** The group's name in the configuration of the sentinels, such as `mymaster`. */
  readonly group: string;
}

/** Where a Redis or Valkey is: one server, or whichever server sentinels say is the primary of a group. */
export type RedisEndpoint = RedisServer | RedisGroup;
