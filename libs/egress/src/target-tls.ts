/** How a connection to a target is protected; the field names are those of `tls.connect`. */
export interface TargetTls {
  /** CAs to trust instead of the system's, PEM. */
  ca?: string;
  rejectUnauthorized: boolean;
  /** The name that the server's certificate must have; absent for an IP address, which TLS does not announce. */
  servername?: string;
}
