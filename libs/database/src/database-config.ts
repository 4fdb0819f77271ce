/** Where a service's schema is, and who the service is there. MySQL 8 or MariaDB 10.11 and later. */
export interface DatabaseConfig {
  host: string;
  port: number;
  /** The schema's name. */
  name: string;
  user: string;
  password: string;
}
