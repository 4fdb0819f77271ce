import type { HotPool } from '@strongroom/database';
import type { Identity, Tag } from '../domain/identity';
import type { NamedDocument } from '../domain/policy-document';
import type { Grants, OwnedAccessKey, PrincipalReader } from '../domain/principal-reader.port';
import type { CertificateBinding, Session } from '../domain/store.port';

const list = <Item>(text: string): Item[] => JSON.parse(text) as Item[];
const placeholders = (values: readonly unknown[]) => values.map(() => '?').join(', ');

const SESSION = `
  SELECT access_key_id AS accessKeyId, token_hash AS tokenHash, account_id AS accountId, identity_id AS identityId,
    session_name AS sessionName, source, tags, transitive_tag_keys AS transitiveTagKeys, policies, policy_arns AS policyArns,
    sealed_secret AS sealedSecret, issue_time AS issueTime, expire_time AS expireTime,
    multi_factor_auth_time AS multiFactorAuthTime
  FROM session WHERE `;

type SessionRow = Omit<
  Session,
  'sessionName' | 'multiFactorAuthTime' | 'tags' | 'transitiveTagKeys' | 'policies' | 'policyArns'
> & {
  sessionName: string | null;
  multiFactorAuthTime: Date | null;
} & Record<'tags' | 'transitiveTagKeys' | 'policies' | 'policyArns', string>;

/** Prepared statements on a pool of their own: whoever manages identities is not in the way of those who are identified. */
export class DatabasePrincipalReader implements PrincipalReader {
  constructor(private readonly pool: HotPool) {}

  async binding(uri: string, deadline: number): Promise<CertificateBinding | undefined> {
    const [row] = await this.pool.query<CertificateBinding>(
      'SELECT uri, account_id AS accountId, identity_id AS identityId, create_date AS createDate FROM certificate_binding WHERE uri = ?',
      [uri],
      { deadline },
    );
    return row;
  }

  async accessKey(accessKeyId: string, deadline: number): Promise<OwnedAccessKey | undefined> {
    const [row] = await this.pool.query<Omit<OwnedAccessKey, 'active'> & { active: number }>(
      `SELECT k.access_key_id AS accessKeyId, k.user_id AS userId, k.active, k.sealed_secret AS sealedSecret, k.create_date AS createDate,
         i.account_id AS accountId
       FROM access_key k JOIN identity i ON i.id = k.user_id WHERE k.access_key_id = ?`,
      [accessKeyId],
      { deadline },
    );
    return row && { ...row, active: row.active === 1 };
  }

  sessionByTokenHash(hash: Buffer, deadline: number): Promise<Session | undefined> {
    return this.oneSession('token_hash = ?', hash, deadline);
  }

  session(accessKeyId: string, deadline: number): Promise<Session | undefined> {
    return this.oneSession('access_key_id = ?', accessKeyId, deadline);
  }

  async grants(identityId: string, deadline: number): Promise<Grants | undefined> {
    const options = { deadline };
    const [[row], members] = await Promise.all([
      this.pool.query<Omit<Identity, 'tags' | 'permissionsBoundary'> & { tags: string; permissionsBoundary: string | null }>(
        `SELECT id, account_id AS accountId, kind, name, path, create_date AS createDate,
           permissions_boundary AS permissionsBoundary, tags FROM identity WHERE id = ?`,
        [identityId],
        options,
      ),
      this.pool.query<{ groupId: string }>(
        'SELECT group_id AS groupId FROM group_member WHERE user_id = ? ORDER BY group_id',
        [identityId],
        options,
      ),
    ]);
    if (!row) return undefined;
    const groupIds = members.map((member) => member.groupId);
    const holders = [identityId, ...groupIds];
    const [inlinePolicies, attached] = await Promise.all([
      this.pool.query<NamedDocument>(
        `SELECT name, document FROM inline_policy WHERE identity_id IN (${placeholders(holders)}) ORDER BY identity_id, name`,
        holders,
        options,
      ),
      this.pool.query<{ policyArn: string }>(
        `SELECT DISTINCT policy_arn AS policyArn FROM attachment WHERE identity_id IN (${placeholders(holders)}) ORDER BY policy_arn`,
        holders,
        options,
      ),
    ]);
    const identity: Identity = {
      ...row,
      tags: list<Tag>(row.tags),
      permissionsBoundary: row.permissionsBoundary ?? undefined,
    };
    return { identity, groupIds, inlinePolicies, attached: attached.map((one) => one.policyArn) };
  }

  async documents(policyArns: readonly string[], deadline: number): Promise<Map<string, string>> {
    const rows = await this.pool.query<{ arn: string; document: string }>(
      `SELECT p.arn AS arn, v.document AS document FROM managed_policy p
       JOIN policy_version v ON v.policy_id = p.id AND v.version = p.default_version
       WHERE p.arn IN (${placeholders(policyArns)})`,
      policyArns,
      { deadline },
    );
    return new Map(rows.map(({ arn, document }) => [arn, document]));
  }

  private async oneSession(where: string, value: unknown, deadline: number): Promise<Session | undefined> {
    const [row] = await this.pool.query<SessionRow>(SESSION + where, [value], { deadline });
    return (
      row && {
        ...row,
        sessionName: row.sessionName ?? undefined,
        multiFactorAuthTime: row.multiFactorAuthTime ?? undefined,
        tags: list<Tag>(row.tags),
        transitiveTagKeys: list<string>(row.transitiveTagKeys),
        policies: list<NamedDocument>(row.policies),
        policyArns: list<string>(row.policyArns),
      }
    );
  }
}
