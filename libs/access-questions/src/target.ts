import { type AccessCheck, type CallOrigin, keyCheck, secretCheck } from '@strongroom/access';
import { formatArn, isArn, parseArn } from '@strongroom/arn';
import { isDomainError } from '@strongroom/errors';
import type { CompiledPolicy } from '@strongroom/policy';
import { AccessQuestionError, malformed } from './access-question-error';
import type { AccessSource } from './access-source';
import type { Action } from './action';
import type { PolicySource } from './policy-source';
import type { Principals } from './principals';
import { parseWho } from './who';

type Context = NonNullable<AccessCheck['context']>;

/** What an action is done to, with the policy that it has itself. */
export interface Target {
  arn: string;
  accountId: string;
  /** The question about it, as the service asks it. */
  check(origin: CallOrigin, action: Action, context: Context): AccessCheck;
  /** Its own policy, and where that comes from. */
  policy?: { compiled: CompiledPolicy; source: PolicySource };
  /** The customer key that the value of a secret is encrypted under. */
  keyArn?: string;
  notes: readonly string[];
}

/** Reads targets once, however many callers are judged. */
export class Targets {
  private readonly keys = new Map<string, Promise<Target>>();

  constructor(
    private readonly strongroom: AccessSource,
    private readonly principals: Principals,
    private readonly signal: AbortSignal,
    /** Of the cluster, as far as the environment says. */
    private readonly region: string | undefined,
  ) {}

  /**
   * Finds what WHAT means to an action: `*`; the name or ARN of a secret; the id, alias or ARN of a key; `user/NAME`,
   * `role/NAME`; any other ARN.
   */
  async find(what: string, action: Action): Promise<Target> {
    if (what === '*') return this.plain('*');
    const service = isArn(what) ? parseArn(what, 'WHAT').service : action.service;
    if (service === 'secretsmanager') return this.secret(what);
    if (service === 'kms') return this.key(what);
    if (service === 'iam' || service === 'sts') return this.entity(what);
    if (isArn(what)) return this.plain(what);
    throw malformed(`WHAT must be an ARN or * for actions of ${service}, not ${what}.`);
  }

  key(keyId: string): Promise<Target> {
    const reading = this.keys.get(keyId) ?? this.readKey(keyId);
    this.keys.set(keyId, reading);
    return reading;
  }

  private async readKey(keyId: string): Promise<Target> {
    const { keys } = this.strongroom;
    const options = { signal: this.signal };
    const { keyMetadata } = await known(keys.describeKey({ keyId }, options), 'kms:DescribeKey', keyId);
    const { arn, awsAccountId: accountId, keySpec: spec, keyUsage: usage, origin: origins } = keyMetadata!;
    const [{ policy }, tags, aliases] = await Promise.all([
      known(keys.getKeyPolicy({ keyId: arn }, options), 'kms:GetKeyPolicy', arn),
      known(keys.listResourceTags({ keyId: arn }, options).all(), 'kms:ListResourceTags', arn),
      known(keys.listAliases({ keyId: arn }, options).all(), 'kms:ListAliases', arn),
    ]);
    const compiled = this.principals.compile(policy, 'resource');
    const named = keyId.includes('alias/') ? { 'kms:requestalias': keyId.slice(keyId.indexOf('alias/')) } : {};
    return {
      arn,
      accountId,
      policy: { compiled, source: { kind: 'key policy', name: 'default', arn, of: `key ${arn}` } },
      notes: [],
      check: (origin, action, context) => ({
        ...keyCheck(origin, {
          operation: action.name,
          arn,
          accountId,
          region: arn.split(':')[3]!,
          policy: compiled,
          key: { spec, usage, origin: origins, aliases: aliases.map(({ aliasName }) => aliasName) },
          tags: recordOf(tags),
          context: { ...named, ...context },
        }),
        action: `${action.service}:${action.name}`,
      }),
    };
  }

  private async secret(secretId: string): Promise<Target> {
    const { secrets } = this.strongroom;
    const options = { signal: this.signal };
    try {
      const described = await known(secrets.describeSecret({ secretId }, options), 'secretsmanager:DescribeSecret', secretId);
      const { resourcePolicy } = await known(
        secrets.getResourcePolicy({ secretId: described.arn }, options),
        'secretsmanager:GetResourcePolicy',
        secretId,
      );
      const source: PolicySource = {
        kind: 'secret policy',
        name: described.name,
        arn: described.arn,
        of: `secret ${described.name}`,
      };
      const policy = resourcePolicy && { compiled: this.principals.compile(resourcePolicy, 'resource'), source };
      return this.secretTarget(described.arn, policy || undefined, {
        tags: recordOf(described.tags),
        rotationFunctionArn: described.rotationLambdaArn,
        keyArn: described.kmsKeyId,
      });
    } catch (error) {
      if (!(isDomainError(error) && error.reason === 'ResourceNotFoundException')) throw error;
      const arn = isArn(secretId) ? secretId : this.arnOfAbsent(secretId);
      return this.secretTarget(arn, undefined, { notes: ['The secret does not exist: it has no policy and no tags yet.'] });
    }
  }

  private secretTarget(
    arn: string,
    policy: Target['policy'],
    facts: { tags?: Record<string, string>; rotationFunctionArn?: string; keyArn?: string; notes?: string[] },
  ): Target {
    const { region, account: accountId } = parseArn(arn, 'WHAT');
    const { tags, rotationFunctionArn, keyArn, notes = [] } = facts;
    const check: Target['check'] = (_, { service, name }, context) => ({
      ...secretCheck({ action: name, arn, accountId, region, policy: policy?.compiled, tags, rotationFunctionArn, context }),
      action: `${service}:${name}`,
    });
    return { arn, accountId, check, policy, keyArn, notes };
  }

  /** The ARN that patterns for every suffix match, as secrets-api has it for a secret that does not exist. */
  private arnOfAbsent(name: string): string {
    if (this.region === undefined) {
      throw malformed(`WHAT: there is no secret ${name}, and nothing says in which region one would be.`, 'Give its ARN.');
    }
    const account = this.principals.accountId;
    return formatArn({
      partition: 'aws',
      service: 'secretsmanager',
      region: this.region,
      account,
      resource: `secret:${name}-??????`,
    });
  }

  private async entity(what: string): Promise<Target> {
    if (!/^((user|role)\/|arn:aws:iam::\d+:(user|role)\/)/.test(what)) {
      if (isArn(what)) return this.plain(what);
      throw malformed(`WHAT must be user/NAME, role/NAME, an ARN or * here, not ${what}.`);
    }
    const { kind, name, accountId } = parseWho(what, this.principals.accountId);
    const { identity } = this.strongroom;
    const options = { signal: this.signal };
    if (accountId !== this.principals.accountId) return this.plain(what);
    if (kind === 'user') {
      const { user } = await known(identity.getUser({ userName: name }, options), 'iam:GetUser', what);
      return this.plain(user!.arn, recordOf(user!.tags));
    }
    const { role } = await known(identity.getRole({ roleName: name }, options), 'iam:GetRole', what);
    const compiled = this.principals.compile(role!.assumeRolePolicyDocument, 'trust');
    const source: PolicySource = { kind: 'trust policy', name, arn: role!.arn, of: `role ${name}` };
    return this.plain(role!.arn, recordOf(role!.tags), { compiled, source });
  }

  /** The trust policy of a role concerns only those who want to assume it. */
  private plain(arn: string, tags?: Record<string, string>, trust?: Target['policy']): Target {
    const accountId = accountOf(arn) ?? this.principals.accountId;
    return {
      arn,
      accountId,
      policy: trust,
      notes: [],
      check: (_, { service, name }, context) => ({
        action: `${service}:${name}`,
        resource: arn,
        resourceAccountId: accountId,
        resourcePolicy: service === 'sts' ? trust?.compiled : undefined,
        resourceTags: tags,
        context,
      }),
    };
  }
}

const accountOf = (arn: string): string | undefined => {
  if (!isArn(arn)) return undefined;
  const { account } = parseArn(arn, 'WHAT');
  return account === '' || account === 'aws' ? undefined : account;
};

const recordOf = (tags: readonly { key: string; value: string }[]): Record<string, string> =>
  Object.fromEntries(tags.map(({ key, value }) => [key, value]));

/** What decides could not be read, which is no answer about WHO. @throws AccessQuestionError */
export const known = async <T>(read: Promise<T>, permission: string, what: string): Promise<T> => {
  try {
    return await read;
  } catch (error) {
    if (!(isDomainError(error) && error.kind === 'permission-denied')) throw error;
    throw new AccessQuestionError(`This cannot be told from here, because you may not read what decides. ${error.message}`, {
      kind: 'unreadable',
      hint: `Ask as somebody who has ${permission} on ${what}.`,
    });
  }
};
