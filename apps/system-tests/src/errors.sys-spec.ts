import { randomUUID } from 'node:crypto';
import { type Api, failure, outcome } from './support/api';
import { allow, policy } from './support/policies';
import { type RunningSystem, binary, entity, System, text, unique } from './support/system';

let system: RunningSystem;
let api: Api;
/** A secret with a value; one that is scheduled for deletion; a key that is disabled. */
let [secretId, deletedId, disabledKeyId] = ['', '', ''];

beforeAll(async () => {
  system = await System.running();
  api = system.admin;
  [secretId, deletedId] = await Promise.all([system.secret(), system.secret()]);
  await api.secrets.deleteSecret({ secretId: deletedId });
  disabledKeyId = (await api.keys.createKey()).keyMetadata!.keyId;
  await api.keys.disableKey({ keyId: disabledKeyId });
});
afterAll(() => system?.stop());

const broad = policy({ Principal: '*', Action: 'secretsmanager:GetSecretValue', Resource: '*' });
const foreign = policy({ Principal: { AWS: 'arn:aws:iam::111111111111:root' }, Action: 'secretsmanager:*', Resource: '*' });
const value = text('a value');
const invalid = 'invalid-argument InvalidParameterException';
const badState = 'failed-precondition InvalidRequestException';
const notFound = 'not-found ResourceNotFoundException';
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));

type Row = [what: string, error: string, call: (api: Api) => Promise<unknown>];

const secrets: Row[] = [
  ['a secret that is not there', notFound, ({ secrets }) => secrets.getSecretValue({ secretId: unique('none') })],
  ['a version that is not there', notFound, ({ secrets }) => secrets.getSecretValue({ secretId, versionId: randomUUID() })],
  ['a label that is not there', notFound, ({ secrets }) => secrets.getSecretValue({ secretId, versionStage: 'none' })],
  [
    'a version without the label',
    badState,
    async ({ secrets }) => {
      const { versionId } = await secrets.getSecretValue({ secretId });
      return secrets.getSecretValue({ secretId, versionId, versionStage: 'none' });
    },
  ],
  ['a name that is taken', 'already-exists ResourceExistsException', ({ secrets }) => secrets.createSecret({ name: secretId })],
  ['a name that is scheduled for deletion', badState, ({ secrets }) => secrets.createSecret({ name: deletedId })],
  ['reading what is scheduled for deletion', badState, ({ secrets }) => secrets.getSecretValue({ secretId: deletedId })],
  ['writing to it', badState, ({ secrets }) => secrets.putSecretValue({ secretId: deletedId, value })],
  ['deleting both ways at once', invalid, ({ secrets }) => both(secrets)],
  ['a put without a value', badState, ({ secrets }) => secrets.putSecretValue({ secretId })],
  [
    'a used token with another value',
    'already-exists ResourceExistsException',
    async ({ secrets }) => {
      const { versionId: clientRequestToken } = await secrets.putSecretValue({ secretId, value });
      return secrets.putSecretValue({ secretId, clientRequestToken, value: text('another') });
    },
  ],
  [
    'moving a held label without saying from where',
    invalid,
    async ({ secrets }) => {
      const { versionId } = await secrets.putSecretValue({ secretId, value, versionStages: ['PENDING'] });
      return secrets.updateSecretVersionStage({ secretId, versionStage: 'AWSCURRENT', moveToVersionId: versionId });
    },
  ],
  [
    'taking AWSCURRENT away',
    invalid,
    async ({ secrets }) => {
      const { versionId } = await secrets.getSecretValue({ secretId });
      return secrets.updateSecretVersionStage({ secretId, versionStage: 'AWSCURRENT', removeFromVersionId: versionId });
    },
  ],
  [
    'a policy that is no JSON',
    'invalid-argument MalformedPolicyDocumentException',
    ({ secrets }) => secrets.putResourcePolicy({ secretId, resourcePolicy: '{' }),
  ],
  [
    'a public policy, blocked',
    'failed-precondition PublicPolicyException',
    ({ secrets }) => secrets.putResourcePolicy({ secretId, resourcePolicy: broad, blockPublicPolicy: true }),
  ],
  [
    'a policy that denies its own author',
    badState,
    ({ secrets, tokens }) =>
      tokens.getCallerIdentity().then(({ arn }) =>
        secrets.putResourcePolicy({
          secretId,
          resourcePolicy: policy({ Effect: 'Deny', Principal: { AWS: arn }, Action: 'secretsmanager:*', Resource: '*' }),
        }),
      ),
  ],
  [
    'a page token of somewhere else',
    'invalid-argument InvalidNextTokenException',
    ({ secrets }) => secrets.listSecrets({ nextToken: 'made up' }),
  ],
  [
    'a disabled key',
    'failed-precondition EncryptionFailure',
    ({ secrets }) => secrets.createSecret({ name: unique('s'), value, kmsKeyId: disabledKeyId }),
  ],
  ['a filter that is unknown', invalid, ({ secrets }) => secrets.listSecrets({ filters: [{ key: 'colour', values: ['red'] }] })],
  [
    'ids and filters at once',
    invalid,
    ({ secrets }) => secrets.batchGetSecretValue({ secretIdList: [secretId], filters: [{ key: 'name', values: ['a'] }] }),
  ],
  ['a batch of nothing', invalid, ({ secrets }) => secrets.batchGetSecretValue({})],
];

const both = (s: Api['secrets']) => s.deleteSecret({ secretId, recoveryWindowInDays: 7n, forceDeleteWithoutRecovery: true });

const others: Row[] = [
  ['a key that is not there', 'not-found NotFoundException', ({ keys }) => keys.describeKey({ keyId: randomUUID() })],
  [
    'an alias in the reserved space',
    'invalid-argument',
    ({ keys }) => keys.createAlias({ aliasName: 'alias/aws/mine', targetKeyId: disabledKeyId }),
  ],
  [
    'an alias without its prefix',
    'invalid-argument',
    ({ keys }) => keys.createAlias({ aliasName: 'mine', targetKeyId: disabledKeyId }),
  ],
  [
    'bytes that are no ciphertext',
    'invalid-argument InvalidCiphertextException',
    ({ keys }) => keys.decrypt({ ciphertextBlob: Buffer.from('nothing') }),
  ],
  [
    'two sizes of a data key at once',
    'invalid-argument ValidationException',
    ({ keys }) => keys.generateDataKey({ keyId: disabledKeyId, keySpec: 1, numberOfBytes: 32 }),
  ],
  ['a user that is not there', 'not-found NoSuchEntity', ({ identity }) => identity.getUser({ userName: unique('none') })],
  [
    'a policy that is malformed',
    'invalid-argument MalformedPolicyDocument',
    ({ identity }) => identity.createPolicy({ policyName: unique('p'), policyDocument: '{"Statement":[{"Effect":"Maybe"}]}' }),
  ],
  [
    'a role that is not there',
    'permission-denied AccessDeniedException',
    ({ tokens }) => tokens.assumeRole({ roleArn: 'arn:aws:iam::000000000000:role/none', roleSessionName: 'session' }),
  ],
  ['a user with a certificate', 'failed-precondition DeleteConflict', deleteBound],
  ['a page of more than 1,000 events', 'invalid-argument', ({ audit }) => audit.lookupEvents({ maxResults: 1_001 })],
];

async function deleteBound({ identity }: Api): Promise<unknown> {
  const { name: userName } = await system.user('bound');
  return identity.deleteUser({ userName });
}

describe('errors', () => {
  it.each([...secrets, ...others])('%s: %s', async (_what, error, call) => {
    expect(await outcome(call(api))).toMatch(new RegExp(`^${error}`));
  });

  it('cross the wire as one ErrorInfo, with AWS words and a request id', async () => {
    const error = await failure(api.secrets.getSecretValue({ secretId: unique('none') }));
    expect(error).toMatchObject({
      kind: 'not-found',
      reason: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
    });
    expect(error.metadata.request_id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('never repeat the value they refuse', async () => {
    const marker = 'a value that nobody may see';
    const tooLong = text(marker + 'x'.repeat(65_536));
    const { message } = await failure(api.secrets.createSecret({ name: unique('s'), value: tooLong }));
    expect(message).not.toContain(marker);
  });

  it('answer what is past the deadline within it', async () => {
    const start = performance.now();
    const error = await outcome(api.audit.verifyTrail({}, { timeoutMs: 1 }));
    expect(error).toBe('deadline-exceeded RequestTimeoutException');
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

type Limit = [what: string, atTheEdge: (api: Api) => Promise<unknown>, past: (api: Api) => Promise<unknown>];

const create = (fields: object) => (a: Api) => a.secrets.createSecret({ name: unique('limit'), ...fields });
const put = (fields: object) => (a: Api) => a.secrets.putSecretValue({ secretId, value, ...fields });
const tags = (count: number) => times(count, (i) => ({ key: `k${i}`, value: '' }));
const name = (length: number) => unique('n').padEnd(length, 'x');

const limits: Limit[] = [
  ['a string of 64 KiB', create({ value: text('x'.repeat(65_536)) }), create({ value: text('x'.repeat(65_537)) })],
  [
    '64 KiB in characters of three bytes',
    create({ value: text(`x${'€'.repeat(21_845)}`) }),
    create({ value: text('€'.repeat(21_846)) }),
  ],
  ['bytes of 64 KiB', create({ value: binary(Buffer.alloc(65_536)) }), create({ value: binary(Buffer.alloc(65_537)) })],
  ['one byte', create({ value: text('x') }), create({ value: text('') })],
  ['a name of 512', (a) => a.secrets.createSecret({ name: name(512) }), (a) => a.secrets.createSecret({ name: name(513) })],
  ['a description of 2,048', create({ description: 'd'.repeat(2_048) }), create({ description: 'd'.repeat(2_049) })],
  ['50 tags', create({ tags: tags(50) }), create({ tags: tags(51) })],
  [
    'a tag key of 128',
    create({ tags: [{ key: 'k'.repeat(128), value: '' }] }),
    create({ tags: [{ key: 'k'.repeat(129), value: '' }] }),
  ],
  [
    'a tag value of 256',
    create({ tags: [{ key: 'k', value: 'v'.repeat(256) }] }),
    create({ tags: [{ key: 'k', value: 'v'.repeat(257) }] }),
  ],
  [
    'a token of 32',
    put({ clientRequestToken: unique('t').padEnd(32, 'x') }),
    put({ clientRequestToken: unique('t').padEnd(31, 'x') }),
  ],
  [
    'a token of 64',
    put({ clientRequestToken: unique('t').padEnd(64, 'x') }),
    put({ clientRequestToken: unique('t').padEnd(65, 'x') }),
  ],
  [
    // With AWSCURRENT of the version before: 20 over all versions.
    '20 labels',
    async (a) => {
      const { arn } = await create({ value })(a);
      await a.secrets.putSecretValue({ secretId: arn, value, versionStages: times(19, (i) => `L${i}`) });
      await a.secrets.deleteSecret({ secretId: arn, forceDeleteWithoutRecovery: true });
    },
    put({ versionStages: times(21, (i) => `L${i}`) }),
  ],
  ['a label of 256', put({ versionStages: ['l'.repeat(256)] }), put({ versionStages: ['l'.repeat(257)] })],
  [
    'a batch of 20',
    (a) => a.secrets.batchGetSecretValue({ secretIdList: times(20, () => unique('s')) }),
    (a) => a.secrets.batchGetSecretValue({ secretIdList: times(21, () => unique('s')) }),
  ],
  ['pages of 100', (a) => a.secrets.listSecrets({ maxResults: 100 }), (a) => a.secrets.listSecrets({ maxResults: 101 })],
  ['pages of 1', (a) => a.secrets.listSecrets({ maxResults: 1 }), (a) => a.secrets.listSecrets({ maxResults: 0 })],
  ['a window of 7 days', deleteAfter(7n), deleteAfter(6n)],
  ['a window of 30 days', deleteAfter(30n), deleteAfter(31n)],
  [
    'a password of 4,096',
    (a) => a.secrets.getRandomPassword({ passwordLength: 4_096n }),
    (a) => a.secrets.getRandomPassword({ passwordLength: 4_097n }),
  ],
  [
    'a password of 1',
    (a) => a.secrets.getRandomPassword({ passwordLength: 1n, requireEachIncludedType: false }),
    (a) => a.secrets.getRandomPassword({ passwordLength: 0n, requireEachIncludedType: false }),
  ],
  ['a resource policy of 20,480', putPolicy(20_480), putPolicy(20_481)],
  ['4,096 bytes to encrypt', encrypt(4_096), encrypt(4_097)],
  [
    '1,024 random bytes',
    (a) => a.keys.generateRandom({ numberOfBytes: 1_024 }),
    (a) => a.keys.generateRandom({ numberOfBytes: 1_025 }),
  ],
  [
    'a user name of 64',
    (a) => a.identity.createUser({ userName: name(64) }),
    (a) => a.identity.createUser({ userName: name(65) }),
  ],
  [
    'a session of 15 minutes',
    (a) => a.tokens.getSessionToken({ durationSeconds: 900 }),
    (a) => a.tokens.getSessionToken({ durationSeconds: 899 }),
  ],
];

function deleteAfter(days: bigint) {
  return async (a: Api) => a.secrets.deleteSecret({ secretId: await system.secret(), recoveryWindowInDays: days });
}

/** A policy document that is `length` characters long, none of them white space. */
function documentOf(document: string, length: number): string {
  const missing = length - document.length - '"Id":"",'.length;
  return document.replace('{', `{"Id":"${'i'.repeat(missing)}",`);
}

function putPolicy(length: number) {
  return (a: Api) => a.secrets.putResourcePolicy({ secretId, resourcePolicy: documentOf(foreign, length) });
}

function encrypt(bytes: number) {
  return async (a: Api) => {
    const { keyMetadata } = await a.keys.createKey();
    return a.keys.encrypt({ keyId: keyMetadata!.keyId, plaintext: Buffer.alloc(bytes, 1) });
  };
}

describe('limits', () => {
  it.each(limits)('%s, and one past it', async (_what, atTheEdge, past) => {
    expect(await outcome(atTheEdge(api))).toBe('ok');
    expect(await outcome(past(api))).toMatch(/^invalid-argument /);
  });

  it('holds a managed policy of 6,144 characters, and not one past it', async () => {
    const create = (length: number) =>
      api.identity.createPolicy({
        policyName: unique('p'),
        policyDocument: documentOf(allow('secretsmanager:GetRandomPassword'), length),
      });
    expect(await outcome(create(6_144))).toBe('ok');
    expect(await outcome(create(6_145))).toMatch(/^resource-exhausted LimitExceeded/);
  });

  it('holds two access keys, and not three', async () => {
    const { name: userName } = await system.user('keyed');
    for (let i = 0; i < 2; i++) await api.identity.createAccessKey({ userName });
    expect(await outcome(api.identity.createAccessKey({ userName }))).toMatch(/^resource-exhausted LimitExceeded/);
  });

  it('holds ten inline policies of a kind only within their room', async () => {
    const { name: userName } = await system.user('full');
    const document = documentOf(allow('secretsmanager:GetRandomPassword'), 1_000);
    const target = entity.user(userName);
    for (const policyName of ['one', 'two']) {
      await api.identity.putInlinePolicy({ target, policyName, policyDocument: document });
    }
    expect(await outcome(api.identity.putInlinePolicy({ target, policyName: 'three', policyDocument: document }))).toMatch(
      /^resource-exhausted LimitExceeded/,
    );
  });
});
