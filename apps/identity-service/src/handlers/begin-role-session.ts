import { assumedRoleArn, parseIamArn } from '@strongroom/arn';
import type { Caller, CallOrigin } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type { AssumeRoleResponse } from '@strongroom/contracts/strongroom/identity/v1/identity';
import type { CallContext } from '@strongroom/grpc-kit';
import type { DomainError } from '@strongroom/errors';
import { compilePolicy, type ContextValue } from '@strongroom/policy';
import { arnOfIdentity, type Identity } from '../domain/identity';
import { usablePolicy } from '../domain/identity-policies';
import { renamed, validationError } from '../domain/iam-errors';
import { checkSessionDuration, inheritTags, type SessionRequest } from '../domain/role-session';
import type { SessionOrigin } from '../domain/session-origin';
import { beginSession } from '../domain/sessions';
import type { Change } from '../domain/store.port';
import type { Dependencies } from './dependencies';
import { tagContext, tagRecord } from './iam-access';
import { beginningOf, writeOf } from './iam-call';
import type { SecondFactor } from './second-factor';

/**
 * Replaces the trust policy of a role that does not exist, so that its absence gives the same answer in the same time as a
 * refusal.
 */
const TRUSTS_NOBODY = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Deny', Principal: '*', Action: 'sts:*' },
});

export interface RoleReference {
  arn: string;
  account: string;
  name: string;
}

/** The role session that somebody requests. */
export interface WantedRoleSession {
  role: RoleReference;
  /** Who requests it. */
  caller: Caller;
  action: 'sts:AssumeRole' | 'sts:AssumeRoleWithWebIdentity';
  wanted: SessionRequest;
  /** Condition keys beyond those of every role session, in lower case. */
  context?: Readonly<Record<string, ContextValue>>;
  /** A code that the caller shows with the request. */
  factor?: SecondFactor;
  origin(change: Change): Promise<SessionOrigin>;
  /** The error for callers whom the role does not admit, and for roles that do not exist. */
  refused(action: string): DomainError;
}

const MAX_SHOWN = 256;

export function roleOf(roleArn: string): RoleReference {
  const invalid = () => validationError(`${roleArn.slice(0, MAX_SHOWN)} is invalid`);
  const reference = renamed(() => parseIamArn(roleArn, 'role_arn'), invalid);
  if (reference.kind !== 'role') throw invalid();
  return { arn: roleArn, account: reference.account, name: reference.name };
}

/** Begins a session of a role if its trust policy admits the caller. */
export async function beginRoleSession(
  d: Dependencies,
  call: CallContext<Caller | undefined>,
  session: WantedRoleSession,
): Promise<AssumeRoleResponse> {
  const { wanted } = session;
  const { account, name } = session.role;
  const audit = auditOf(call);
  audit.resource(session.role.arn, 'AWS::IAM::Role');
  audit.parameter('roleSessionName', wanted.sessionName);
  const minted = d.mint.newSession();
  const issueTime = d.clock.now();
  const { role, credentials } = await d.store.change(writeOf(call), async (change) => {
    const origin = await session.origin(change);
    const found = await change.identities.find(account, { kind: 'role', name }, 'use');
    const role = found && arnOfIdentity(found) === session.role.arn ? found : undefined;
    const tags = inheritTags(origin.session, wanted);
    const multiFactorAuthTime = await session.factor?.use(change);
    requireTrust(d, call, session, role, { ...wanted, tags: tags.all });
    if (!role?.role) throw session.refused(session.action);
    // Somebody in a role session may not extend it by another role.
    const chained = session.caller.kind === 'assumed-role';
    const duration = checkSessionDuration(wanted.duration, role.role.maxSessionDuration, chained);
    for (const policy of wanted.policyArns) await usablePolicy(change, policy, account, 'use');
    const credentials = await beginSession(change, minted, {
      accountId: account,
      identityId: role.id,
      sessionName: wanted.sessionName,
      source: origin.source,
      tags: tags.all,
      transitiveTagKeys: tags.transitiveKeys,
      policies: wanted.policy === undefined ? [] : [{ name: 'session', document: wanted.policy }],
      policyArns: wanted.policyArns.map((policy) => policy.arn),
      issueTime,
      duration,
      multiFactorAuthTime,
      ...beginningOf(call),
    });
    audit.account(account);
    audit.response('accessKeyId', minted.accessKeyId);
    return { role, credentials };
  });
  return {
    credentials,
    assumedRoleArn: assumedRoleArn({ account, role: role.name, session: wanted.sessionName }),
    assumedRoleId: `${role.id}:${wanted.sessionName}`,
  };
}

/** The role's trust policy must admit the caller. For a caller from another account, the caller's own policies must, too. */
function requireTrust(
  d: Dependencies,
  { peer, userAgent }: Pick<CallOrigin, 'peer' | 'userAgent'>,
  session: WantedRoleSession,
  role: Identity | undefined,
  wanted: SessionRequest,
): void {
  const trust = compilePolicy(role?.role?.trustPolicy ?? TRUSTS_NOBODY, 'trust');
  const context = {
    ...session.context,
    ...tagContext(wanted.tags),
    // What the request shows counts, whether or not the caller's own session has shown something before.
    ...(session.factor && { 'aws:multifactorauthpresent': 'true', 'aws:multifactorauthage': '0' }),
    'sts:rolesessionname': wanted.sessionName,
    'sts:externalid': wanted.externalId,
    'sts:transitivetagkeys': wanted.transitiveTagKeys,
  };
  for (const action of wanted.tags.length > 0 ? [session.action, 'sts:TagSession'] : [session.action]) {
    const check = {
      action,
      resource: session.role.arn,
      resourceAccountId: session.role.account,
      resourcePolicy: trust,
      keyPolicy: true,
      resourceTags: tagRecord(role?.tags ?? []),
      context,
    };
    if (!d.access.decide({ caller: session.caller, peer, userAgent }, check).allowed) throw session.refused(action);
  }
}
