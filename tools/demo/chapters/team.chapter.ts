import { EntityAlreadyExists, StrongroomClient } from '@strongroom/client';
import { userUri } from '@strongroom/local-cluster';
import { expectThat } from '../narrator';
import type { Story } from '../story';

const GROUP = 'demo-developers';
const ALICE = 'demo-alice';
const BOB = 'demo-bob';
const POLICY = 'demo-read-staging';
const ALIAS = 'alias/demo/payments';
const OLD_KEY = 'Payments, before the year ended';
const STAGING = 'demo/staging/';
const DOOMED = `${STAGING}old-mailer`;

/** What a team keeps: names, what each is, its tags, and how its value looks; `*` is something random. */
const secrets = [
  {
    name: 'stripe-api-key',
    description: 'Payments of the test shop',
    tags: { team: 'payments', kind: 'api-key' },
    value: 'sk_test_*',
  },
  {
    name: 'search',
    description: 'Search cluster',
    tags: { team: 'search', kind: 'key-value' },
    value: '{"url":"https://search.example.com","user":"reader","password":"*"}',
  },
  {
    name: 'feature-flags',
    description: 'What is on in staging',
    tags: { team: 'web', kind: 'json' },
    value: '{"checkout":{"newBasket":true,"limits":{"items":50}},"token":"*"}',
  },
  { name: 'old-mailer', description: 'The mail server that nobody uses', tags: { team: 'web', kind: 'text' }, value: '*' },
] as const;

/** People with a group and a policy, a key of their own, more kinds of secrets: every page of the console then has something. */
export const moveIn = async (story: Story): Promise<void> => {
  story.narrator.chapter('A team moves in');
  await givePeople(story);
  await giveKeys(story);
  await giveSecrets(story);
  await readSome(story);
};

/** What an earlier walkthrough has left stays as it is. */
const unlessThere = async (call: Promise<unknown>): Promise<void> => {
  await call.catch((error: unknown) => {
    if (!(error instanceof EntityAlreadyExists)) throw error;
  });
};

const givePeople = async ({ narrator, admin: { identity }, cluster }: Story): Promise<void> => {
  const policyArn = `arn:aws:iam::${cluster.accountId}:policy/${POLICY}`;
  const resource = `arn:aws:secretsmanager:${cluster.region}:${cluster.accountId}:secret:${STAGING}*`;
  const actions = ['GetSecretValue', 'DescribeSecret', 'ListSecrets'].map((name) => `secretsmanager:${name}`);
  const Condition = { StringEquals: { 'kms:ViaService': `secretsmanager.${cluster.region}.amazonaws.com` } };
  const Statement = [
    { Sid: 'ReadStaging', Effect: 'Allow', Action: actions, Resource: resource },
    { Sid: 'OpenItWithTheKey', Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', Condition },
  ];
  await narrator.step(
    `CreateUser ${ALICE} and ${BOB}, CreateGroup ${GROUP}, CreatePolicy ${POLICY}`,
    async () => {
      await unlessThere(identity.createGroup({ groupName: GROUP }));
      const policyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
      await unlessThere(identity.createPolicy({ policyName: POLICY, description: 'Read what staging has', policyDocument }));
      await identity.attachPolicy({ target: { groupName: GROUP }, policyArn });
      for (const userName of [ALICE, BOB]) {
        await unlessThere(identity.createUser({ userName }));
        await unlessThere(identity.bindCertificate({ uri: userUri(userName), target: { userName } }));
      }
      await identity.addUserToGroup({ groupName: GROUP, userName: ALICE });
    },
    () => `${ALICE} is in the group and may read ${STAGING}*, ${BOB} may read nothing`,
  );
};

const giveKeys = async ({ narrator, admin: { keys } }: Story): Promise<void> => {
  await narrator.step(
    `CreateKey, CreateAlias ${ALIAS}; ScheduleKeyDeletion of the one before`,
    async () => {
      const aliases = await keys.listAliases().all();
      if (aliases.some(({ aliasName }) => aliasName === ALIAS)) return;
      const { keyMetadata } = await keys.createKey({ description: 'Payments', tags: [{ key: 'team', value: 'payments' }] });
      await keys.createAlias({ aliasName: ALIAS, targetKeyId: keyMetadata!.keyId });
      await keys.enableKeyRotation({ keyId: keyMetadata!.keyId });
      const old = await keys.createKey({ description: OLD_KEY });
      await keys.scheduleKeyDeletion({ keyId: old.keyMetadata!.keyId });
    },
    () => 'it rotates once a year; the old one can be taken back for 30 days',
  );
};

const giveSecrets = async (story: Story): Promise<void> => {
  const { narrator, admin } = story;
  await narrator.step(
    `CreateSecret ${STAGING}…, ${secrets.length} of several kinds, under ${ALIAS}`,
    async () => {
      for (const { name, description, tags, value } of secrets) {
        const secretId = `${STAGING}${name}`;
        await admin.secrets.deleteSecret({ secretId, forceDeleteWithoutRecovery: true });
        await admin.secrets.createSecret({
          name: secretId,
          description,
          kmsKeyId: ALIAS,
          secretString: value.replace('*', await story.newPassword()),
          tags: Object.entries(tags).map(([key, of]) => ({ key, value: of })),
        });
      }
      return admin.secrets.deleteSecret({ secretId: DOOMED, recoveryWindowInDays: 7 });
    },
    ({ deletionDate }) => `${DOOMED} will be gone on ${deletionDate!.toISOString().slice(0, 10)}`,
  );
};

const readSome = async ({ narrator, admin, cluster }: Story): Promise<void> => {
  const ids = secrets.map(({ name }) => `${STAGING}${name}`).filter((id) => id !== DOOMED);
  await narrator.step(
    `${ALICE} and ${BOB} ask for them`,
    async () => {
      await admin.usage.putBudget({ budgetName: 'demo', amount: '25', thresholdPercent: 80 });
      let refused = 0;
      for (const name of [ALICE, BOB]) {
        const person = new StrongroomClient({
          addresses: { secrets: cluster.endpoint('secrets-api') },
          tls: await cluster.issueClientCertificate(userUri(name)),
          name: 'demo',
        });
        try {
          for (const secretId of ids) await person.secrets.getSecretValue({ secretId }).catch(() => refused++);
        } finally {
          person.close();
        }
      }
      expectThat(refused === ids.length, `${refused} reads were refused`);
    },
    () => `${ALICE} gets ${ids.length} values; ${BOB} is refused, and the trail has it`,
  );
};
