import { type Caller, callerOfPrincipal, PolicyCache } from '@strongroom/access';
import { assumedRoleArn, roleArn, userArn } from '@strongroom/arn';
import { Principal, PrincipalKind, type Role, type User } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { isDomainError } from '@strongroom/errors';
import type { CompiledPolicy, PolicyKind } from '@strongroom/policy';
import type { AccessSource } from './access-source';
import type { PolicySource, SourcedDocument } from './policy-source';
import type { Who } from './who';

/** A session that nobody named: its ARN ends so. */
const ANY_SESSION = 'any-session';
/** As identity-service has it for a boundary that was deleted: it leaves nothing. */
const NOTHING = JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Deny', Action: '*', Resource: '*' } });
const EVERYTHING = JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } });

type Entity = { userName: string } | { groupName: string } | { roleName: string };

/** Somebody who calls, with the policies that decide what they may do, and where these come from. */
export interface KnownPrincipal {
  who: Who;
  /** Of the user, role or role session. */
  arn: string;
  caller: Caller;
  sources: ReadonlyMap<CompiledPolicy, PolicySource>;
  /** The principal belongs to another account, whose identity policies cannot be read; they count as allowing everything. */
  isForeign: boolean;
}

/** Reads users and roles with their policies. Each document is read once. */
export class Principals {
  private readonly cached = new Map<string, Promise<unknown>>();
  private readonly compiled = new PolicyCache();

  constructor(
    private readonly strongroom: AccessSource,
    private readonly signal: AbortSignal,
    /** Whose credentials read. */
    readonly accountId: string,
  ) {}

  async find(who: Who): Promise<KnownPrincipal> {
    if (who.accountId !== this.accountId) return this.foreign(who);
    const { identity } = this.strongroom;
    if (who.kind === 'user') {
      const { user } = await identity.getUser({ userName: who.name }, { signal: this.signal });
      return this.ofUser(user!);
    }
    const { role } = await identity.getRole({ roleName: who.name }, { signal: this.signal });
    return this.ofRole(role!, who.session);
  }

  async ofUser(user: User): Promise<KnownPrincipal> {
    const target = { userName: user.userName };
    const of = `user ${user.userName}`;
    const [own, groups] = await Promise.all([this.policiesOf(target, of), this.groupsOf(user.userName)]);
    const ofGroups = await Promise.all(groups.map((groupName) => this.policiesOf({ groupName }, `group ${groupName}`)));
    return this.known({
      who: { kind: 'user', name: user.userName, accountId: this.accountId },
      principal: {
        kind: PrincipalKind.USER,
        arn: user.arn,
        userId: user.userId,
        userName: user.userName,
        tags: user.tags,
      },
      policies: [...own, ...ofGroups.flat()],
      boundary: await this.boundaryOf(user.permissionsBoundary, of),
    });
  }

  async ofRole(role: Role, session = ANY_SESSION): Promise<KnownPrincipal> {
    const of = `role ${role.roleName}`;
    return this.known({
      who: { kind: 'role', name: role.roleName, accountId: this.accountId, session },
      principal: {
        kind: PrincipalKind.ROLE_SESSION,
        arn: assumedRoleArn({ account: this.accountId, role: role.roleName, session }),
        userId: `${role.roleId}:${session}`,
        roleArn: role.arn,
        tags: role.tags,
      },
      policies: await this.policiesOf({ roleName: role.roleName }, of),
      boundary: await this.boundaryOf(role.permissionsBoundary, of),
    });
  }

  private foreign(who: Who): KnownPrincipal {
    const { accountId: account, name, session = ANY_SESSION } = who;
    const arn = who.arn ?? (who.kind === 'user' ? userArn({ account, name }) : roleArn({ account, name }));
    const principal =
      who.kind === 'user'
        ? { kind: PrincipalKind.USER, arn, userName: name }
        : { kind: PrincipalKind.ROLE_SESSION, arn: assumedRoleArn({ account, role: name, session }), roleArn: arn };
    const source: PolicySource = { kind: 'inline policy', name: 'unknown', of: `${who.kind} ${name} of account ${account}` };
    return { ...this.known({ who, principal, policies: [{ source, document: EVERYTHING }] }), isForeign: true };
  }

  private known({
    who,
    principal,
    policies,
    boundary,
  }: {
    who: Who;
    principal: Parameters<typeof Principal.fromPartial>[0];
    policies: readonly SourcedDocument[];
    boundary?: SourcedDocument;
  }): KnownPrincipal {
    const caller = callerOfPrincipal(
      Principal.fromPartial({
        ...principal,
        accountId: who.accountId,
        policies: policies.map(({ source, document }) => ({ name: source.name, document })),
        permissionsBoundary: boundary && { name: boundary.source.name, document: boundary.document },
      }),
      this.compiled,
    );
    const sources = new Map<CompiledPolicy, PolicySource>();
    policies.forEach(({ source }, index) => {
      // Of two equal documents, the first decides.
      const policy = caller.identity[index]!;
      if (!sources.has(policy)) sources.set(policy, source);
    });
    if (boundary && caller.boundary) sources.set(caller.boundary, boundary.source);
    return { who, arn: caller.arn, caller, sources, isForeign: false };
  }

  /** Compiles the policy of a resource. */
  compile(document: string, kind: PolicyKind): CompiledPolicy {
    return this.compiled.get(this.accountId, document, kind);
  }

  private policiesOf(target: Entity, of: string): Promise<SourcedDocument[]> {
    return this.once(`policies ${of}`, async () => {
      const { identity } = this.strongroom;
      const [attached, inline] = await Promise.all([
        identity.listAttachedPolicies({ target }, { signal: this.signal }).all(),
        identity.listInlinePolicies({ target }, { signal: this.signal }).all(),
      ]);
      const [managed, own] = await Promise.all([
        Promise.all(attached.map(({ policyArn }) => this.managed(policyArn))),
        Promise.all(inline.map((policyName) => identity.getInlinePolicy({ target, policyName }, { signal: this.signal }))),
      ]);
      return [
        ...own.map(({ policyName: name, policyDocument: document }) => ({
          source: { kind: 'inline policy' as const, name, of },
          document,
        })),
        // One that was deleted meanwhile grants nothing.
        ...managed.flatMap((found) =>
          found ? [{ source: { kind: 'managed policy' as const, ...found.names, of }, document: found.document }] : [],
        ),
      ];
    });
  }

  private async boundaryOf(arn: string, of: string): Promise<SourcedDocument | undefined> {
    if (arn === '') return undefined;
    const found = await this.managed(arn);
    const names = found?.names ?? { name: arn, arn };
    return { source: { kind: 'permissions boundary', ...names, of }, document: found?.document ?? NOTHING };
  }

  private managed(policyArn: string) {
    return this.once(`managed ${policyArn}`, async () => {
      const { identity } = this.strongroom;
      try {
        const { policy } = await identity.getPolicy({ policyArn }, { signal: this.signal });
        const versionId = policy!.defaultVersionId;
        const { policyVersion } = await identity.getPolicyVersion({ policyArn, versionId }, { signal: this.signal });
        return { names: { name: policy!.policyName, arn: policyArn, version: versionId }, document: policyVersion!.document };
      } catch (error) {
        if (isDomainError(error) && error.reason === 'NoSuchEntity') return undefined;
        throw error;
      }
    });
  }

  private groupsOf(userName: string): Promise<string[]> {
    return this.once(`groups ${userName}`, async () => {
      const groups = await this.strongroom.identity.listGroupsForUser({ userName }, { signal: this.signal }).all();
      return groups.map(({ groupName }) => groupName);
    });
  }

  private once<T>(key: string, read: () => Promise<T>): Promise<T> {
    const known = this.cached.get(key) as Promise<T> | undefined;
    if (known) return known;
    const reading = read();
    this.cached.set(key, reading);
    return reading;
  }
}
