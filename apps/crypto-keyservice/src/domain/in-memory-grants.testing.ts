import type { Grant } from './grant';
import { limitsOf } from './grant-limits';
import type { GrantFilter, GrantReader, GrantStore, GrantToSomebody } from './grants.port';
import { grantNotFound } from './key-errors';
import type { KeyOperationName } from './key-operations';
import type { Page, WriteOptions } from './keys.port';

/** Grants in memory, with the rules of the ports, but for names and limits. */
export class InMemoryGrants implements GrantReader, GrantStore {
  grants: Grant[] = [];
  /** How often somebody asked for grants. */
  asked = 0;

  to(grantees: readonly string[], keyId: string, operation: KeyOperationName): Promise<GrantToSomebody[]> {
    this.asked++;
    const own = this.grants.filter(
      (grant) => grant.keyId === keyId && grantees.includes(grant.grantee) && grant.operations.includes(operation),
    );
    return Promise.resolve(own.map((grant) => ({ grantee: grant.grantee, ...limitsOf(grant) })));
  }

  tokenKey(id: string): Promise<Buffer | undefined> {
    return Promise.resolve(this.grants.find(({ grantId }) => grantId === id)?.tokenKey);
  }

  async create(grant: Grant, { beforeCommit }: WriteOptions<Grant>): Promise<Grant> {
    await beforeCommit(grant);
    this.grants.push(grant);
    return grant;
  }

  find(id: string): Promise<Grant | undefined> {
    return Promise.resolve(this.grants.find(({ grantId }) => grantId === id));
  }

  async remove({ grantId }: Pick<Grant, 'grantId'>, { beforeCommit }: WriteOptions): Promise<void> {
    if (!(await this.find(grantId))) throw grantNotFound(grantId);
    await beforeCommit();
    this.grants = this.grants.filter((grant) => grant.grantId !== grantId);
  }

  list(filter: GrantFilter, { after, limit }: Page): Promise<Grant[]> {
    const isMeant = (grant: Grant) => Object.entries(filter).every(([name, value]) => grant[name as keyof GrantFilter] === value);
    const found = this.grants.filter((grant) => grant.grantId > after && isMeant(grant));
    return Promise.resolve(found.sort((a, b) => (a.grantId < b.grantId ? -1 : 1)).slice(0, limit));
  }
}
