import { assumedRoleArn, parseIamArn } from '@strongroom/arn';
import { type Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import { type AssumeRoleRequest, type AssumeRoleResponse } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { accessDenied } from '@strongroom/errors';
import { unary } from '@strongroom/grpc-kit';
import { compilePolicy } from '@strongroom/policy';
import { arnOfIdentity, type Identity } from '../domain/identity';
import { renamed, validationError } from '../domain/iam-errors';
import { checkSessionDuration, inheritTags, parseSessionRequest, type SessionRequest } from '../domain/role-session';
import { type Dependencies } from './dependencies';
import { type IamCall, tagContext, tagRecord } from './iam-access';
import { usablePolicy, writeOf } from './iam-call';
import { originOf } from './session-origin';

/** Stands in for the trust policy of a role that is not there, so that its absence looks and takes the same as a refusal. */
const TRUSTS_NOBODY = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' },
});

export const assumeRole = (d: Dependencies) =>
  unary<AssumeRoleRequest, AssumeRoleResponse, Caller>(async (request, call) => {
    const wanted = parseSessionRequest(request);
    const reference = renamed(() => parseIamArn(request.roleArn, 'role_arn'), validationError);
    if (reference.kind !== 'role') throw validationError('role_arn must be the ARN of a role.');
    const { account, name } = reference;
    const audit = auditOf(call);
    audit.resource(request.roleArn, 'AWS::IAM::Role');
    audit.parameter('roleSessionName', wanted.sessionName);
    const credentials = d.mint.newSession();
    const issueTime = d.clock.now();
    const { role, expireTime } = await d.store.change(writeOf(call), async (change) => {
      const origin = await originOf(change, call.caller);
      const found = await change.identities.find(account, { kind: 'role', name }, 'use');
      const role = found && arnOfIdentity(found) === request.roleArn ? found : undefined;
      const tags = inheritTags(origin.session, wanted);
      requireTrust(d, call, request.roleArn, account, role, { ...wanted, tags: tags.all });
      if (!role?.role) throw refused(call, 'sts:AssumeRole', request.roleArn);
      // Who was let in by a role may not stretch it by another one.
      const chained = call.caller.kind === 'assumed-role';
      const duration = checkSessionDuration(wanted.duration, role.role.maxSessionDuration, chained);
      for (const policy of wanted.policyArns) await usablePolicy(change, policy, account);
      const expireTime = new Date(issueTime.getTime() + duration * 1_000);
      await change.sessions.add({
        accessKeyId: credentials.accessKeyId,
        tokenHash: credentials.tokenHash,
        sealedSecret: credentials.sealedSecret,
        accountId: account,
        identityId: role.id,
        sessionName: wanted.sessionName,
        source: origin.source,
        tags: tags.all,
        transitiveTagKeys: tags.transitiveKeys,
        policies: wanted.policy === undefined ? [] : [{ name: 'session', document: wanted.policy }],
        policyArns: wanted.policyArns.map((policy) => policy.arn),
        issueTime,
        expireTime,
      });
      audit.account(account);
      audit.response('accessKeyId', credentials.accessKeyId);
      return { role, expireTime };
    });
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    return {
      credentials: { accessKeyId, secretAccessKey, sessionToken, expiration: expireTime },
      assumedRoleArn: assumedRoleArn({ account, role: role.name, session: wanted.sessionName }),
      assumedRoleId: `${role.id}:${wanted.sessionName}`,
    };
  });

/** The role's trust policy has to let the caller in, and from another account the caller's own policies too. */
function requireTrust(
  d: Dependencies,
  call: IamCall,
  roleArn: string,
  account: string,
  role: Identity | undefined,
  wanted: SessionRequest,
): void {
  const trust = compilePolicy(role?.role?.trustPolicy ?? TRUSTS_NOBODY, 'trust');
  const context = {
    ...tagContext(wanted.tags),
    'sts:rolesessionname': wanted.sessionName,
    'sts:externalid': wanted.externalId,
    'sts:transitivetagkeys': wanted.transitiveTagKeys,
  };
  const actions = wanted.tags.length > 0 ? ['sts:AssumeRole', 'sts:TagSession'] : ['sts:AssumeRole'];
  for (const action of actions) {
    const decision = d.access.decide(call, {
      action,
      resource: roleArn,
      resourceAccountId: account,
      resourcePolicy: trust,
      keyPolicy: true,
      resourceTags: tagRecord(role?.tags ?? []),
      context,
    });
    if (!decision.allowed) throw refused(call, action, roleArn);
  }
}

/** Says no more, since more would tell a role that refuses from one that is not there. */
const refused = (call: IamCall, action: string, roleArn: string) =>
  accessDenied(`User: ${call.caller.arn} is not authorized to perform: ${action} on resource: ${roleArn}`);
