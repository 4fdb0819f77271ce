import type { Grant } from './mysql-grants';
import { tokensOf } from './mysql-text';

// The rights that ALL PRIVILEGES means below the server level. MySQL lists them one by one for accounts that have it on the
// server.
const ALL_ON_A_DATABASE = [
  ...[
    'SELECT',
    'INSERT',
    'UPDATE',
    'DELETE',
    'CREATE',
    'DROP',
    'REFERENCES',
    'INDEX',
    'ALTER',
    'CREATE TEMPORARY TABLES',
    'LOCK TABLES',
  ],
  ...['EXECUTE', 'CREATE VIEW', 'SHOW VIEW', 'CREATE ROUTINE', 'ALTER ROUTINE', 'EVENT', 'TRIGGER'],
];

/** The database's part of "`shop`.`t`" or "PROCEDURE `shop`.`p`"; undefined for "*.*". */
const databaseOf = (on: string): string | undefined => tokensOf(on).find((token) => token.kind === 'quoted')?.text;

/** The places where a right on an object may be held: the object itself, its database (as a pattern or not), and the server. */
const levelsOf = (on: string): string[] => {
  const database = databaseOf(on);
  if (!database) return [on, '*.*'];
  const pattern = database.replace(/[\\_%]/g, '\\$&');
  return [on, `${database}.*`, `${pattern}.*`, '*.*'];
};

/**
 * The rights that a superuser may grant and revoke, by the server's rules: the superuser must have the right and the grant option
 * on the object, its database or the server. Where this is stricter than the server (patterns of several databases), the right is
 * refused, never half granted.
 */
export class Authority {
  private readonly ids: ReadonlySet<string>;

  constructor(grants: readonly Grant[]) {
    this.ids = new Set(grants.map((grant) => grant.id));
  }

  has(privilege: string, on = '*.*'): boolean {
    return levelsOf(on).some((level) => this.ids.has(`${privilege} ON ${level}`) || this.ids.has(`ALL PRIVILEGES ON ${level}`));
  }

  mayGrant(grant: Grant): boolean {
    switch (grant.kind) {
      case 'role':
        return (
          this.ids.has(`${grant.what} WITH ADMIN OPTION`) || this.ids.has('ROLE_ADMIN ON *.*') || this.hasDynamic('ROLE_ADMIN')
        );
      case 'proxy':
        return ['``@`%`', '``@``', grant.what].some((target) => this.ids.has(`PROXY ON ${target} WITH GRANT OPTION`));
      case 'grant-option':
        return this.hasGrantOption(grant.on);
      case 'privilege':
        if (grant.what.includes('_')) return this.hasDynamic(grant.what);
        return this.hasGrantOption(grant.on) && this.holds(grant);
    }
  }

  private hasDynamic(privilege: string): boolean {
    return this.ids.has(`${privilege} ON *.* WITH GRANT OPTION`);
  }

  private hasGrantOption(on: string): boolean {
    return levelsOf(on).some((level) => this.ids.has(`GRANT OPTION ON ${level}`));
  }

  private holds({ what, on, column }: Grant): boolean {
    if (column && this.ids.has(`${what} (${column}) ON ${on}`)) return true;
    if (what !== 'ALL PRIVILEGES') return this.has(what, on);
    const levels = levelsOf(on);
    if (levels.some((level) => this.ids.has(`ALL PRIVILEGES ON ${level}`))) return true;
    return on !== '*.*' && ALL_ON_A_DATABASE.every((privilege) => this.has(privilege, on));
  }
}
