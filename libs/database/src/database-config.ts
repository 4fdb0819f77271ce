export interface DatabaseNode {
  host: string;
  port: number;
}

/** The location of a service's schema, and the service's user there. MySQL 8 or MariaDB 10.11 and later. */
export interface DatabaseConfig extends DatabaseNode {
  /** Further nodes of the same cluster; each is used as long as none before it is well. */
  others?: readonly DatabaseNode[];
  /** The schema's name. */
  name: string;
  user: string;
  password: string;
  /** PEM: the CAs that the server's certificate may come from; it must name the host. Absent: no TLS. */
  ca?: string;
}

/** What mysql2 takes: without `verifyIdentity` it would believe every certificate of these CAs, whomever it is for. */
export const tlsOf = ({ ca }: Pick<DatabaseConfig, 'ca'>) =>
  ca === undefined ? undefined : { ca, minVersion: 'TLSv1.2' as const, rejectUnauthorized: true, verifyIdentity: true };

/** In the order in which they are tried. */
export function nodesOf({ host, port, others = [] }: DatabaseConfig): readonly DatabaseNode[] {
  return [{ host, port }, ...others];
}
