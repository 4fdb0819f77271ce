import { Authorizer, callerForTests, type Caller, PolicyCache } from '@strongroom/access';
import { ManualClock } from '@strongroom/clock';
import type { Secret } from '../domain/secret';
import type { SecretReader } from '../domain/secret-reader.port';
import type { SecretKey } from '../domain/secret-reference';
import { type Call, SecretAccess } from './secret-access';

const region = 'us-east-1';
const accountId = '000000000000';
const arn = `arn:aws:secretsmanager:${region}:${accountId}:secret:prod/db-AbCdEf`;
const clock = new ManualClock();

const secret = (resourcePolicy?: object): Secret => ({
  id: 1,
  arn,
  accountId,
  region,
  name: 'prod/db',
  description: '',
  createdAt: clock.now(),
  lastChangedAt: clock.now(),
  creationToken: '',
  resourcePolicy: resourcePolicy && JSON.stringify(resourcePolicy),
  tags: new Map([['stage', 'prod']]),
  labels: new Map(),
});

/** Has the secret or not, and counts the reads either way. */
class OneSecret implements SecretReader {
  reads: SecretKey[] = [];
  constructor(private readonly stored: Secret | undefined) {}

  async find(key: SecretKey) {
    this.reads.push(key);
    const { stored } = this;
    const fits =
      stored?.name === key.name &&
      stored.accountId === key.accountId &&
      (key.suffix === undefined || stored.arn.endsWith(key.suffix));
    return fits ? { secret: stored } : undefined;
  }
}

const statement = (Effect: string, more: object) => ({
  Version: '2012-10-17',
  Statement: { Effect, Action: 'secretsmanager:*', Resource: '*', ...more },
});
const admin = callerForTests();
const nobody = callerForTests({ policies: [] });
const ofStage = callerForTests({
  policies: [statement('Allow', { Condition: { StringEquals: { 'aws:ResourceTag/stage': 'test' } } })],
});
const foreign = callerForTests({ accountId: '111111111111' });
const deny = statement('Deny', { Principal: '*' });

/** What the caller hears, and what was read for it. */
const ask = async (caller: Caller, secretId: string, stored?: Secret) => {
  const reader = new OneSecret(stored);
  const access = new SecretAccess(reader, new Authorizer({ region, clock }), new PolicyCache(), region);
  const call = { caller, peer: { address: '127.0.0.1' }, userAgent: 'test' } as unknown as Call;
  const answer = await access
    .locate(call, secretId)
    .then((located) => access.require(call, 'GetSecretValue', located))
    .then(
      (found) => found.secret.name,
      (error: Error) => `${error.name}: ${error.message}`,
    );
  return { answer, reads: reader.reads };
};

const ids = ['prod/db', arn, arn.slice(0, -7)];

const callers = (secretId: string): [string, Caller][] => [
  ['no policy', nobody],
  ['a policy for other tags', ofStage],
  // By name they mean a secret of their own.
  ...(secretId === 'prod/db' ? [] : [['another account', foreign] as [string, Caller]]),
];

describe.each(ids)('by %s', (secretId) => {
  it.each(callers(secretId))(
    'an absent secret and a forbidden one are the same to %s: one answer, by the same reads',
    async (_who, caller) => {
      const forbidden = await ask(caller, secretId, secret());
      const absent = await ask(caller, secretId);
      expect(absent).toEqual(forbidden);
      expect(absent.answer).toMatch(/^AccessDeniedException: .* on resource: /);
      expect(absent.answer).toContain(secretId);
      expect(absent.answer.replace(secretId, '')).not.toContain('AbCdEf');
    },
  );

  it('tells who may know that there is none', async () => {
    expect((await ask(admin, secretId)).answer).toMatch(/^ResourceNotFoundException: /);
    expect((await ask(admin, secretId, secret())).answer).toBe('prod/db');
  });
});

it('refuses by a resource policy whom it denies, though they could know that there is none', async () => {
  expect((await ask(admin, 'prod/db', secret(deny))).answer).toContain('explicit deny in a resource-based policy');
});

it('lets a resource policy let somebody of another account in', async () => {
  const share = statement('Allow', { Principal: { AWS: foreign.arn } });
  expect((await ask(foreign, arn, secret(share))).answer).toBe('prod/db');
  expect((await ask(foreign, 'prod/db', secret(share))).answer).toMatch(/^ResourceNotFoundException/);
});

it('finds nothing in other regions', async () => {
  const elsewhere = arn.replace(region, 'eu-west-1');
  expect((await ask(admin, elsewhere, { ...secret(), region: 'eu-west-1' })).answer).toMatch(/^ResourceNotFoundException/);
});
