import { assumedRoleArn, roleArn, userArn } from '@strongroom/arn';
import { compilePolicy } from '@strongroom/policy';
import type { Caller } from './caller';

export interface CallerForTests {
  /** Default `000000000000`. */
  accountId?: string;
  /** A user's name (default `tester`), or a role's with the session's after a slash: `role/Deployer/session-1`. */
  name?: string;
  /** Identity policies: documents as JSON text or as objects. Default: everything is allowed. */
  policies?: readonly (string | object)[];
  boundary?: string | object;
  session?: readonly (string | object)[];
  tags?: Readonly<Record<string, string>>;
  /** Of a session. */
  issueTime?: Date;
  expireTime?: Date;
  multiFactorAuthTime?: Date;
}

const ALLOW_EVERYTHING = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
const text = (document: string | object) => (typeof document === 'string' ? document : JSON.stringify(document));

/** A caller made from policy documents, for tests of what callers may do. */
export function callerForTests(options: CallerForTests = {}): Caller {
  const { accountId = '000000000000', name = 'tester', policies = [ALLOW_EVERYTHING] } = options;
  const common = {
    accountId,
    tags: new Map(Object.entries(options.tags ?? {})),
    identity: policies.map((policy) => compilePolicy(text(policy), 'identity')),
    boundary: options.boundary === undefined ? undefined : compilePolicy(text(options.boundary), 'boundary'),
    session: options.session?.map((policy) => compilePolicy(text(policy), 'session')),
    issueTime: options.issueTime,
    expireTime: options.expireTime,
    multiFactorAuthTime: options.multiFactorAuthTime,
  };
  const [kind, role, session = 'session'] = name.split('/');
  if (kind === 'role' && role !== undefined) {
    const arn = assumedRoleArn({ account: accountId, role, session });
    const ofRole = roleArn({ account: accountId, name: role });
    return {
      ...common,
      credentialId: `session:ASIATEST${accountId}`,
      kind: 'assumed-role',
      arn,
      userId: `AROATESTTESTTESTTEST2:${session}`,
      roleArn: ofRole,
      sessionName: session,
      accessKeyId: `ASIATEST${accountId}`,
      principal: { kind: 'assumed-role', arn, accountId, roleArn: ofRole },
    };
  }
  const arn = userArn({ account: accountId, name });
  return {
    ...common,
    credentialId: `cert:spiffe://strongroom.local/user/${name}`,
    kind: 'user',
    arn,
    userId: 'AIDATESTTESTTESTTEST2',
    userName: name,
    principal: { kind: 'user', arn, accountId },
  };
}
