import { securityHeaders } from './security-headers';

/** Where people reach the console. */
export class Site {
  private all: readonly string[] = [];
  origins: ReadonlySet<string> = new Set();
  hosts: ReadonlySet<string> = new Set();
  /** Of every answer. */
  headers: Readonly<Record<string, string>> = {};

  /** @param configured such as `https://console.example.com`, the console's own name first */
  constructor(configured: readonly string[]) {
    this.become(configured);
  }

  /** The name of the console. */
  get origin(): string {
    return this.all[0]!;
  }

  /** Where a configured port is 0, the server's own is meant. */
  listensOn(port: number): void {
    this.become(this.all.map((origin) => origin.replace(/:0$/, `:${port}`)));
  }

  private become(origins: readonly string[]): void {
    this.all = origins;
    this.origins = new Set(origins);
    this.hosts = new Set(origins.map((origin) => new URL(origin).host));
    this.headers = securityHeaders(this.origin);
  }
}
