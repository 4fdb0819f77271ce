import type { Clock } from '@strongroom/clock';
import { inTransaction } from '@strongroom/database';
import type { DataSource, EntityManager } from 'typeorm';
import type { Expiring } from '../domain/retention';
import type { Change, Repositories, Store } from '../domain/store.port';
import { DatabaseAccounts } from './account.repository';
import { DatabaseAttachments } from './attachment.repository';
import { DatabaseAccessKeys, DatabaseCertificateBindings, DatabaseSessions } from './credential.repositories';
import { DatabaseIdentities } from './identity.repository';
import { DatabaseInlinePolicies } from './inline-policy.repository';
import { DatabaseLoginProfiles } from './login-profile.repository';
import { DatabaseManagedPolicies } from './managed-policy.repository';
import { DatabaseMemberships } from './membership.repository';
import { DatabaseMfaDevices } from './mfa-device.repository';
import { DatabaseOidcProviders } from './oidc-provider.repository';
import { DatabasePasskeys } from './passkey.repository';
import { DatabasePasswordPolicies } from './password-policy.repository';
import { DatabaseSignInLinks } from './sign-in-link.repository';

const repositories = (manager: EntityManager): Repositories => ({
  accounts: new DatabaseAccounts(manager),
  identities: new DatabaseIdentities(manager),
  memberships: new DatabaseMemberships(manager),
  inlinePolicies: new DatabaseInlinePolicies(manager),
  attachments: new DatabaseAttachments(manager),
  policies: new DatabaseManagedPolicies(manager),
  accessKeys: new DatabaseAccessKeys(manager),
  bindings: new DatabaseCertificateBindings(manager),
  loginProfiles: new DatabaseLoginProfiles(manager),
  passwordPolicies: new DatabasePasswordPolicies(manager),
  mfaDevices: new DatabaseMfaDevices(manager),
  passkeys: new DatabasePasskeys(manager),
  signInLinks: new DatabaseSignInLinks(manager),
  oidcProviders: new DatabaseOidcProviders(manager),
  sessions: new DatabaseSessions(manager),
});

export class DatabaseStore implements Store, Expiring {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    /** Told after every commit that changed what principals are made of. */
    private readonly committed: () => void = () => undefined,
  ) {}

  read<T>(deadline: number, work: (repositories: Repositories) => Promise<T>): Promise<T> {
    return inTransaction(this.dataSource, (manager) => work(repositories(manager)), {
      deadline,
      isolation: 'REPEATABLE READ',
    });
  }

  async change<T>(
    { deadline, beforeCommit }: { deadline: number; beforeCommit?: () => Promise<void> },
    work: (change: Change) => Promise<T>,
  ): Promise<T> {
    let anyChange = false;
    const result = await inTransaction(
      this.dataSource,
      async (manager) => {
        const subjects = new Set<string>();
        const done = await work({
          ...repositories(manager),
          changed: (...more) => more.forEach((subject) => subjects.add(subject)),
        });
        await beforeCommit?.();
        // Last: the revision's row lets one transaction at a time through, which keeps revisions in the order of commits.
        await this.log(manager, [...subjects]);
        anyChange = subjects.size > 0;
        return done;
      },
      { deadline },
    );
    if (anyChange) this.committed();
    return result;
  }

  async purgeSessions(instant: Date, limit: number): Promise<number> {
    return this.purge('DELETE FROM session WHERE expire_time < ? ORDER BY expire_time LIMIT ?', instant, limit);
  }

  async purgeChanges(instant: Date, limit: number): Promise<number> {
    return this.purge('DELETE FROM change_log WHERE logged_at < ? ORDER BY revision LIMIT ?', instant, limit);
  }

  async purgeSignIns(instant: Date, limit: number): Promise<number> {
    const links = await this.purge('DELETE FROM sign_in_link WHERE expire_time < ? ORDER BY expire_time LIMIT ?', instant, limit);
    const guesses = await this.purge('DELETE FROM guess WHERE empty_at < ? ORDER BY empty_at LIMIT ?', instant, limit);
    const challenges = await this.purge(
      'DELETE FROM used_challenge WHERE expire_time < ? ORDER BY expire_time LIMIT ?',
      instant,
      limit,
    );
    return Math.max(links, guesses, challenges);
  }

  async purgeNetworks(instant: Date, limit: number): Promise<number> {
    return this.purge('DELETE FROM known_network WHERE seen_at < ? ORDER BY seen_at LIMIT ?', instant, limit);
  }

  private async log(manager: EntityManager, subjects: readonly string[]): Promise<void> {
    if (subjects.length === 0) return;
    await manager.query('UPDATE revision SET value = value + 1 WHERE slot = 1');
    const [row] = await manager.query<{ value: number }[]>('SELECT value FROM revision WHERE slot = 1');
    const rows = subjects.map((subject) => [Number(row!.value), subject, this.clock.now()]);
    await manager.query('INSERT INTO change_log (revision, subject, logged_at) VALUES ?', [rows]);
  }

  private async purge(statement: string, instant: Date, limit: number): Promise<number> {
    const { affectedRows } = await this.dataSource.query<{ affectedRows: number }>(statement, [instant, limit]);
    return affectedRows;
  }
}
