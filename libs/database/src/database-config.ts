/** The location of a service's schema, and the service's user there. MySQL 8 or MariaDB 10.11 and later. */
export interface DatabaseConfig {
  host: string;
  port: number;
  /** The schema's name. */
  name: string;
  user: string;
  password: string;
}
