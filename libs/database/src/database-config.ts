/** The location of a service's schema, and the service's user there. MySQL 8 or MariaDB 10.11 and later. */
export interface DatabaseConfig {
  host: string;
  port: number;
  /** The schema's name. */
  name: string;
  user: string;
  password: string;
  /** PEM: the CAs that the server's certificate may come from; it must name the host. Absent: no TLS. */
  ca?: string;
}

/** What mysql2 takes: without `verifyIdentity` it would believe every certificate of these CAs, whomever it is for. */
export const tlsOf = ({ ca }: DatabaseConfig) =>
  ca === undefined ? undefined : { ca, minVersion: 'TLSv1.2' as const, rejectUnauthorized: true, verifyIdentity: true };
