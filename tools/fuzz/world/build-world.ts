import { pollUntil } from '@strongroom/clock';
import type { LocalCluster } from '@strongroom/local-cluster';
import { randomString, randomUuid, systemRandom } from '@strongroom/random';
import { Account, allow, trust, unique } from './account';
import type { Cast } from './cast';
import type { Thing, Twin, World } from './names';

/** A world on a cluster, its actors, and what is needed to look back at it. */
export interface Stage {
  world: World;
  cast: Cast;
  /** The accounts whose trails tell of it. */
  accounts: { own: Account; other: Account };
}

const uuid = (): string => randomUuid(systemRandom);
/** Another of the same length. */
const otherThan = (name: string): string => name.slice(0, -4) + (name.endsWith('0000') ? '1111' : '0000');
const twin = (existing: string): Twin => ({ existing, absent: otherThan(existing) });

/**
 * Makes what a run needs, in accounts of its own.
 *
 * @param issuers OpenID Connect issuers that the cluster trusts, if any. A provider of the first is kept; those of the others
 * come and go.
 */
export async function buildWorld(cluster: LocalCluster, issuers: readonly string[]): Promise<Stage> {
  const [own, other] = [await Account.create(cluster), await Account.create(cluster)];
  const [canary, control] = ['canary', 'control'].map(
    (what) => `${what}-${randomString(systemRandom, 'abcdefghijklmnopqrstuvwxyz', 24)}`,
  ) as [string, string];
  await own.api.secrets.createSecret({ name: `kept/${control}`, description: control });
  const mine = await furnish(own, 'own', issuers[1]);
  const theirs = await furnish(other, 'other');
  const open = await furnish(own, 'open');
  const kept = await furnish(own, 'kept', issuers[0]);
  const pieces = [
    own.arn('secretsmanager', 'secret:open/*'),
    ...['user', 'group', 'role', 'policy'].map((kind) => own.arn('iam', `${kind}/open-*`)),
    own.arn('lambda', 'function:open-*'),
  ];
  const cast: Cast = {
    owner: { ...own.administrator, signer: (await own.member(unique('second-administrator'), allow('*'))).signer },
    powerless: await own.member(unique('powerless')),
    narrow: await own.member(unique('narrow'), allow(pieces)),
    stranger: await other.member(unique('stranger'), allow('*')),
  };
  const world: World = {
    canary,
    control,
    region: cluster.region,
    accountId: own.accountId,
    otherAccountId: other.accountId,
    own: merge(mine, open),
    others: theirs,
    kept: twinsOf(kept, await aRun(own, kept)),
  };
  return { world, cast, accounts: { own, other } };
}

type Things = Record<Thing, string[]>;

const merge = (one: Things, other: Things): Things =>
  Object.fromEntries(Object.entries(one).map(([thing, names]) => [thing, [...names, ...other[thing as Thing]]])) as Things;

/** One of everything in an account, under names that begin with `prefix`; and names that are free, to make something by. */
async function furnish(account: Account, prefix: string, issuer?: string): Promise<Things> {
  const { secrets, keys, identity, rotation } = account.api;
  const name = (what: string) => `${prefix}-${what}-${randomString(systemRandom, 'abcdefghijkmnpqrstuvwxyz', 6)}`;
  const user = name('user');
  const group = name('group');
  const role = name('role');
  const lambda = name('function');
  const alias = `alias/${name('alias')}`;
  const uri = account.uri(name('certificate'));
  const secretName = `${prefix}/${name('secret')}`;
  const { keyMetadata } = await keys.createKey({ description: prefix });
  const { keyId, arn: keyArn } = keyMetadata!;
  await keys.createAlias({ aliasName: alias, targetKeyId: keyId });
  const secret = await secrets.createSecret({ name: secretName, secretString: 'a value', kmsKeyId: keyId });
  const plain = await secrets.createSecret({ name: `${secretName}-2`, secretString: 'a value' });
  const userArn = (await identity.createUser({ userName: user })).user!.arn;
  const { accessKey } = await identity.createAccessKey({ userName: user });
  await identity.createGroup({ groupName: group });
  await identity.addUserToGroup({ groupName: group, userName: user });
  const roleArn = (await identity.createRole({ roleName: role, assumeRolePolicyDocument: trust(userArn) })).role!.arn;
  const policy = await identity.createPolicy({ policyName: name('policy'), policyDocument: allow('*') });
  await identity.bindCertificate({ uri, target: { userName: user } });
  const provider =
    issuer === undefined
      ? []
      : [(await identity.createOpenIdConnectProvider({ url: issuer, clientIdList: ['client-1'] })).provider!.arn, issuer];
  const { function: registered } = await rotation.registerRotationFunction({
    functionName: lambda,
    implementation: { $case: 'http', value: { endpoint: 'http://127.0.0.1:9', caPem: '' } },
  });
  const page = await secrets.listSecrets({ maxResults: 1 }).pages().next();
  const users = await identity.listUsers({ maxItems: 1 }).pages().next();
  const { accountId } = account;
  const isKept = prefix === 'kept';
  const free = (spelling: string): string[] => (isKept ? [] : [spelling]);
  return {
    secret: [
      secretName,
      secret.arn,
      plain.arn,
      `${secretName}-2`,
      account.arn('secretsmanager', `secret:${secretName}`),
      ...free(`${prefix}/${name('new')}`),
    ],
    version: [secret.versionId!, plain.versionId!, ...free(uuid())],
    key: [keyId, keyArn, alias, account.arn('kms', alias)],
    alias: [alias, ...free(`alias/${name('new')}`)],
    user: [user, ...free(name('new'))],
    group: [group, ...free(name('new'))],
    role: [role, ...free(name('new'))],
    policyArn: [policy.policy!.arn, ...free('arn:aws:iam::aws:policy/AdministratorAccess')],
    accessKey: [accessKey!.accessKeyId],
    certificate: [uri, ...free(account.uri(name('new')))],
    provider: [...provider, ...free('https://issuer.example'), ...free(account.arn('iam', 'oidc-provider/issuer.example'))],
    function: [lambda, registered!.functionArn],
    run: free(uuid()),
    account: isKept ? [] : [accountId, '999999999999'],
    principal: [userArn, roleArn, ...free(`arn:aws:iam::${accountId}:root`)],
    token: isKept ? [] : ['', page.value?.nextToken ?? '', users.value?.marker ?? '', 'AAAA', '99'],
  };
}

/** The id of the run of a rotation that cannot succeed, because the function does not exist at its address. */
async function aRun({ api }: Account, kept: Things): Promise<string> {
  const secretId = kept.secret[3]!;
  await api.secrets.rotateSecret({
    secretId,
    rotationLambdaArn: kept.function[1]!,
    rotationRules: { scheduleExpression: 'rate(90 days)' },
  });
  const newest = async () => (await api.rotation.listRotationRuns({ secretId }).pages().next()).value?.runs[0];
  const run = await pollUntil(newest, 30_000, 100);
  if (!run) throw new Error('the rotation of a secret did not start within 30 s');
  return run.runId;
}

const twinsOf = (kept: Things, run: string): Record<Thing, Twin[]> => ({
  ...(Object.fromEntries(Object.entries(kept).map(([thing, names]) => [thing, names.map(twin)])) as Record<Thing, Twin[]>),
  run: [twin(run)],
});
