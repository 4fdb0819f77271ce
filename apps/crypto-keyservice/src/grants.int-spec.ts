import type { Caller } from '@strongroom/access';
import { DAY } from '@strongroom/clock';
import type { DataKeyOutcome } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { accountId, reasonOf, region, TestKeyservice, type Keys } from './server.testing';

type Party = Keys & { caller: Caller };

let test: TestKeyservice;
let admin: Party;
/** They have no policies. */
let alice: Party;
let bob: Party;
let keyId: string;
let arn: string;

beforeAll(async () => {
  test = await TestKeyservice.start();
  admin = await test.as('admin');
  alice = await test.as('alice', { policies: [] });
  bob = await test.as('bob', { policies: [] });
});
afterAll(() => test?.stop());
beforeEach(async () => {
  ({ keyId, arn } = (await admin.createKey({})).keyMetadata!);
  test.recorder.events.length = 0;
});

const plaintext = Buffer.from('a value that must not be seen');
const encryptionContext = { App: 'billing' };
const root = (account: string) => `arn:aws:iam::${account}:root`;
const statement = (Effect: string, more: object) => ({ Version: '2012-10-17', Statement: [{ Effect, Resource: '*', ...more }] });
const grantTo = (grantee: { caller: Caller }, more: object = {}, by: Keys = admin) =>
  by.createGrant({ keyId, granteePrincipal: grantee.caller.arn, operations: ['Encrypt', 'Decrypt'], ...more });

describe('a grant', () => {
  it('lets its grantee use the key, from the moment it is there until it is gone', async () => {
    const request = { keyId, plaintext, encryptionContext };
    expect(await reasonOf(alice.encrypt(request))).toBe('AccessDeniedException');
    const { grantId, grantToken } = await grantTo(alice);
    expect(grantId).toMatch(/^[0-9a-f]{64}$/);
    const { ciphertextBlob } = await alice.encrypt(request);
    expect((await alice.decrypt({ ciphertextBlob, encryptionContext })).plaintext).toEqual(plaintext);
    expect(await reasonOf(alice.decrypt({ ciphertextBlob, encryptionContext, grantTokens: [grantToken] }))).toBe('done');
    expect(await reasonOf(alice.generateDataKey({ keyId }))).toBe('AccessDeniedException');
    expect(await reasonOf(alice.describeKey({ keyId }))).toBe('AccessDeniedException');
    expect(await reasonOf(bob.encrypt(request))).toBe('AccessDeniedException');
    await admin.revokeGrant({ keyId, grantId });
    expect(await reasonOf(alice.encrypt(request))).toBe('AccessDeniedException');
    expect(await reasonOf(alice.decrypt({ ciphertextBlob, encryptionContext }))).toBe('AccessDeniedException');
  });

  it('holds within its constraint', async () => {
    await grantTo(alice, { constraints: { encryptionContextSubset: encryptionContext } });
    const encrypts = (context: Record<string, string>) =>
      reasonOf(alice.encrypt({ keyId, plaintext, encryptionContext: context }));
    expect(await encrypts({ App: 'billing', Stage: 'prod' })).toBe('done');
    expect(await encrypts({ App: 'Billing' })).toBe('AccessDeniedException');
    expect(await encrypts({})).toBe('AccessDeniedException');
  });

  it('allows both halves of ReEncrypt, each on its key', async () => {
    const { ciphertextBlob } = await admin.encrypt({ keyId, plaintext });
    const destinationKeyId = (await admin.createKey({})).keyMetadata!.keyId;
    const { grantToken } = await grantTo(alice, { operations: ['ReEncryptFrom'] });
    const moves = (grantTokens: string[] = []) => reasonOf(alice.reEncrypt({ ciphertextBlob, destinationKeyId, grantTokens }));
    expect(await moves()).toBe('AccessDeniedException');
    const other = await grantTo(alice, { keyId: destinationKeyId, operations: ['ReEncryptTo'] });
    expect(await moves()).toBe('done');
    expect(await moves([grantToken, other.grantToken])).toBe('done');
  });

  it('gives way to a Deny of the key policy', async () => {
    await grantTo(alice);
    const allow = { Effect: 'Allow', Principal: { AWS: root(accountId) }, Action: 'kms:*', Resource: '*' };
    const deny = { Effect: 'Deny', Principal: { AWS: alice.caller.arn }, Action: 'kms:Decrypt', Resource: '*' };
    await admin.putKeyPolicy({ keyId, policy: JSON.stringify({ Version: '2012-10-17', Statement: [allow, deny] }) });
    const { ciphertextBlob } = await alice.encrypt({ keyId, plaintext });
    expect(await reasonOf(alice.decrypt({ ciphertextBlob }))).toBe('AccessDeniedException');
  });

  it('reaches other accounts, and roles by their sessions', async () => {
    const stranger = await test.as('stranger', { accountId: '111111111111', policies: [] });
    const session = await test.as('session', { name: 'role/App/one', policies: [] });
    await grantTo(stranger);
    await admin.createGrant({ keyId, granteePrincipal: session.caller.roleArn!, operations: ['Encrypt'] });
    for (const caller of [stranger, session]) expect(await reasonOf(caller.encrypt({ keyId: arn, plaintext }))).toBe('done');
    expect(await reasonOf(stranger.describeKey({ keyId: arn }))).toBe('AccessDeniedException');
  });

  it('leaves its making in the trail, and no token of it', async () => {
    const { grantId, grantToken } = await grantTo(alice, {
      name: 'backup',
      constraints: { encryptionContextEquals: encryptionContext },
    });
    expect(test.recorder.events).toMatchObject([
      {
        eventName: 'CreateGrant',
        resources: [{ arn }],
        requestParameters: { granteePrincipal: alice.caller.arn, operations: 'Encrypt, Decrypt', name: 'backup' },
        responseElements: { grantId },
      },
    ]);
    await admin.revokeGrant({ keyId, grantId });
    expect(test.recorder.events.at(-1)).toMatchObject({ eventName: 'RevokeGrant', requestParameters: { grantId } });
    expect(JSON.stringify(test.recorder.events)).not.toContain(grantToken);
  });

  it('goes with its key', async () => {
    const { grantToken } = await grantTo(alice);
    await admin.scheduleKeyDeletion({ keyId, pendingWindowInDays: 7 });
    test.clock.advance(7 * DAY);
    await test.keeper.round();
    expect(await reasonOf(admin.listGrants({ keyId }))).toBe('NotFoundException');
    expect(await reasonOf(alice.retireGrant({ grantToken }))).toBe('InvalidGrantTokenException');
  });
});

describe('CreateGrant', () => {
  it('makes one grant of requests with the same name, and a token for each', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => grantTo(alice, { name: 'backup' })));
    expect(new Set(made.map(({ grantId }) => grantId)).size).toBe(1);
    expect(new Set(made.map(({ grantToken }) => grantToken)).size).toBe(5);
    for (const { grantToken } of made) {
      expect(await reasonOf(alice.encrypt({ keyId, plaintext, grantTokens: [grantToken] }))).toBe('done');
    }
    const { grantId } = await grantTo(alice, { name: 'backup', operations: ['Decrypt'] });
    expect(grantId).not.toBe(made[0]!.grantId);
  });

  it('refuses what the key cannot do, and a key that is not enabled', async () => {
    expect(await reasonOf(grantTo(alice, { operations: ['Sign'] }))).toBe('ValidationException');
    expect(await reasonOf(grantTo(alice, { granteePrincipal: 'alice' }))).toBe('InvalidArnException');
    expect(await reasonOf(grantTo(alice, { keyId: 'alias/app' }))).toBe('NotFoundException');
    expect(await reasonOf(grantTo(alice, {}, bob))).toBe('AccessDeniedException');
    // Who may not make a grant learns nothing of the key.
    expect(await reasonOf(grantTo(alice, { operations: ['Sign'] }, bob))).toBe('AccessDeniedException');
    await admin.disableKey({ keyId });
    expect(await reasonOf(grantTo(alice))).toBe('DisabledException');
    await admin.scheduleKeyDeletion({ keyId });
    expect(await reasonOf(grantTo(alice))).toBe('KMSInvalidStateException');
  });

  it('by a grant passes on what that allows, and no more', async () => {
    await grantTo(alice, {
      operations: ['CreateGrant', 'Decrypt'],
      constraints: { encryptionContextSubset: encryptionContext },
    });
    const passesOn = (operations: string[], constraints = {}) => reasonOf(grantTo(bob, { operations, constraints }, alice));
    expect(await passesOn(['Decrypt'], { encryptionContextEquals: encryptionContext })).toBe('done');
    expect(await passesOn(['Decrypt', 'Encrypt'], { encryptionContextEquals: encryptionContext })).toBe('AccessDeniedException');
    expect(await passesOn(['Decrypt'])).toBe('AccessDeniedException');
    const { ciphertextBlob } = await admin.encrypt({ keyId, plaintext, encryptionContext });
    expect(await reasonOf(bob.decrypt({ ciphertextBlob, encryptionContext }))).toBe('done');
  });

  it('is limited by conditions of policies', async () => {
    const Condition = {
      'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Encrypt', 'Decrypt'] },
      StringEquals: { 'kms:GranteePrincipal': alice.caller.arn, 'kms:GrantConstraintType': 'EncryptionContextEquals' },
      Bool: { 'kms:GrantIsForAWSResource': 'false' },
    };
    const granter = await test.as('granter', { policies: [statement('Allow', { Action: 'kms:CreateGrant', Condition })] });
    const constraints = { encryptionContextEquals: encryptionContext };
    expect(await reasonOf(grantTo(alice, { constraints }, granter))).toBe('done');
    expect(await reasonOf(grantTo(alice, {}, granter))).toBe('AccessDeniedException');
    expect(await reasonOf(grantTo(bob, { constraints }, granter))).toBe('AccessDeniedException');
    expect(await reasonOf(grantTo(alice, { constraints, operations: ['Decrypt', 'DescribeKey'] }, granter))).toBe(
      'AccessDeniedException',
    );
  });
});

describe('a grant token', () => {
  it('is of no use to whom the grant does not name', async () => {
    const { grantToken } = await grantTo(alice);
    const { ciphertextBlob } = await alice.encrypt({ keyId, plaintext });
    for (const use of [
      bob.encrypt({ keyId, plaintext, grantTokens: [grantToken] }),
      bob.decrypt({ ciphertextBlob, grantTokens: [grantToken] }),
      bob.describeKey({ keyId, grantTokens: [grantToken] }),
      bob.retireGrant({ grantToken }),
    ]) {
      expect(await reasonOf(use)).toBe('AccessDeniedException');
    }
    expect(await reasonOf(alice.decrypt({ ciphertextBlob }))).toBe('done');
  });

  it('that is none is an error, whatever policies say', async () => {
    const { grantId, grantToken } = await grantTo(alice);
    const encrypts = (by: Keys, ...grantTokens: string[]) => reasonOf(by.encrypt({ keyId, plaintext, grantTokens }));
    const forged = Buffer.from(grantToken, 'base64url');
    forged[forged.length - 1]! ^= 1;
    for (const by of [admin, alice, bob]) {
      for (const token of ['token', forged.toString('base64url')]) {
        expect(await encrypts(by, grantToken, token)).toBe('InvalidGrantTokenException');
      }
    }
    expect(await encrypts(alice, ...Array<string>(10).fill(grantToken))).toBe('done');
    expect(await encrypts(alice, ...Array<string>(11).fill(grantToken))).toBe('ValidationException');
    await admin.revokeGrant({ keyId, grantId });
    expect(await encrypts(admin, grantToken)).toBe('InvalidGrantTokenException');
  });
});

describe('RetireGrant', () => {
  it('is for the retiring principal, by token or by name', async () => {
    for (const byToken of [true, false]) {
      const { grantId, grantToken } = await grantTo(alice, { retiringPrincipal: bob.caller.arn });
      const meant = byToken ? { grantToken } : { keyId: arn, grantId };
      expect(await reasonOf(alice.retireGrant(meant))).toBe('AccessDeniedException');
      expect(await reasonOf(bob.retireGrant({ ...meant, dryRun: true }))).toBe('DryRunOperationException');
      await bob.retireGrant(meant);
      expect(await reasonOf(alice.encrypt({ keyId, plaintext }))).toBe('AccessDeniedException');
      expect(
        test.recorder.events.findLast(({ eventName, errorCode }) => eventName === 'RetireGrant' && errorCode === ''),
      ).toMatchObject({
        resources: [{ arn }],
        requestParameters: { grantId },
      });
    }
  });

  it('is for the grantee whose grant says so', async () => {
    const { grantId } = await grantTo(alice, { operations: ['Decrypt', 'RetireGrant'] });
    expect(await reasonOf(alice.retireGrant({ keyId, grantId }))).toBe('done');
    expect(await reasonOf(alice.retireGrant({ keyId, grantId }))).toBe('AccessDeniedException');
    expect(await reasonOf(admin.retireGrant({ keyId, grantId }))).toBe('NotFoundException');
  });

  it('happens whatever the state of the key', async () => {
    const { grantId } = await grantTo(alice);
    const other = await grantTo(alice);
    await admin.disableKey({ keyId });
    expect(await reasonOf(admin.retireGrant({ keyId, grantId }))).toBe('done');
    await admin.scheduleKeyDeletion({ keyId });
    expect((await admin.listGrants({ keyId })).grants).toHaveLength(1);
    expect(await reasonOf(admin.revokeGrant({ keyId, grantId: other.grantId }))).toBe('done');
  });

  it('needs a token, or a key and a grant of it', async () => {
    const { grantId, grantToken } = await grantTo(alice);
    const another = (await admin.createKey({})).keyMetadata!.keyId;
    expect(await reasonOf(admin.retireGrant({}))).toBe('ValidationException');
    expect(await reasonOf(admin.retireGrant({ keyId }))).toBe('ValidationException');
    expect(await reasonOf(admin.retireGrant({ keyId, grantId, grantToken }))).toBe('ValidationException');
    expect(await reasonOf(admin.retireGrant({ keyId, grantId: 'x' }))).toBe('InvalidGrantIdException');
    expect(await reasonOf(admin.retireGrant({ keyId: another, grantId }))).toBe('NotFoundException');
    expect(await reasonOf(admin.retireGrant({ grantToken: 'token' }))).toBe('InvalidGrantTokenException');
  });
});

it('RevokeGrant is for administrators of the key, and names a grant of it', async () => {
  const { grantId } = await grantTo(alice, { operations: ['CreateGrant', 'RetireGrant', 'Decrypt'] });
  const another = (await admin.createKey({})).keyMetadata!.keyId;
  expect(await reasonOf(alice.revokeGrant({ keyId, grantId }))).toBe('AccessDeniedException');
  for (const dryRun of [true, false]) {
    expect(await reasonOf(admin.revokeGrant({ keyId: another, grantId, dryRun }))).toBe('NotFoundException');
  }
  expect(await reasonOf(admin.revokeGrant({ keyId, grantId: 'A'.repeat(64) }))).toBe('InvalidGrantIdException');
  expect(await reasonOf(admin.revokeGrant({ keyId, grantId, dryRun: true }))).toBe('DryRunOperationException');
  expect(await reasonOf(admin.revokeGrant({ keyId, grantId }))).toBe('done');
  expect(await reasonOf(admin.revokeGrant({ keyId, grantId }))).toBe('NotFoundException');
});

it('a dry run of CreateGrant makes none', async () => {
  expect(await reasonOf(grantTo(alice, { dryRun: true }))).toBe('DryRunOperationException');
  expect(await reasonOf(grantTo(alice, { dryRun: true, operations: ['Sign'] }))).toBe('ValidationException');
  expect((await admin.listGrants({ keyId })).grants).toEqual([]);
});

describe('lists', () => {
  it('show the grants of a key, by pages and filters', async () => {
    const first = await grantTo(alice, {
      name: 'backup',
      retiringPrincipal: bob.caller.arn,
      constraints: { encryptionContextSubset: encryptionContext },
    });
    const ofService = await admin.createGrant({
      keyId,
      granteeServicePrincipal: 'rotation-worker.strongroom.internal',
      retiringServicePrincipal: 'rotation-worker.strongroom.internal',
      operations: ['Decrypt'],
      constraints: { sourceArn: 'arn:aws:s3:::bucket' },
    });
    const third = await grantTo(bob);
    const noConstraints = { encryptionContextSubset: {}, encryptionContextEquals: {}, sourceArn: '' };
    const common = { keyId: arn, creationDate: test.clock.now(), issuingAccount: root(accountId) };
    const none = {
      name: '',
      granteePrincipal: '',
      granteeServicePrincipal: '',
      retiringPrincipal: '',
      retiringServicePrincipal: '',
    };
    const all = [
      {
        ...common,
        ...none,
        grantId: first.grantId,
        name: 'backup',
        granteePrincipal: alice.caller.arn,
        retiringPrincipal: bob.caller.arn,
        operations: ['Encrypt', 'Decrypt'],
        constraints: { ...noConstraints, encryptionContextSubset: encryptionContext },
      },
      {
        ...common,
        ...none,
        grantId: ofService.grantId,
        granteeServicePrincipal: 'rotation-worker.strongroom.internal',
        retiringServicePrincipal: 'rotation-worker.strongroom.internal',
        operations: ['Decrypt'],
        constraints: { ...noConstraints, sourceArn: 'arn:aws:s3:::bucket' },
      },
      {
        ...common,
        ...none,
        grantId: third.grantId,
        granteePrincipal: bob.caller.arn,
        operations: ['Encrypt', 'Decrypt'],
        constraints: undefined,
      },
    ].sort((a, b) => (a.grantId < b.grantId ? -1 : 1));
    const page = await admin.listGrants({ keyId, limit: 2 });
    expect(page).toEqual({ grants: all.slice(0, 2), truncated: true, nextMarker: all[1]!.grantId });
    const rest = await admin.listGrants({ keyId, limit: 2, marker: page.nextMarker });
    expect(rest).toEqual({ grants: all.slice(2), truncated: false, nextMarker: '' });
    const found = async (filter: object) => (await admin.listGrants({ keyId, ...filter })).grants.map(({ grantId }) => grantId);
    expect(await found({ granteePrincipal: bob.caller.arn })).toEqual([third.grantId]);
    expect(await found({ granteeServicePrincipal: 'rotation-worker.strongroom.internal' })).toEqual([ofService.grantId]);
    expect(await found({ grantId: first.grantId })).toEqual([first.grantId]);
    expect(await found({ grantId: 'a'.repeat(64) })).toEqual([]);
  });

  it('are for those who may list', async () => {
    const stranger = await test.as('lister', { accountId: '111111111111' });
    expect(await reasonOf(alice.listGrants({ keyId }))).toBe('AccessDeniedException');
    expect(await reasonOf(stranger.listGrants({ keyId: arn }))).toBe('AccessDeniedException');
    expect(await reasonOf(admin.listGrants({ keyId, marker: 'x' }))).toBe('InvalidMarkerException');
    expect(await reasonOf(admin.listGrants({ keyId, limit: 101 }))).toBe('ValidationException');
    expect(await reasonOf(admin.listGrants({ keyId, grantId: 'x' }))).toBe('InvalidGrantIdException');
    const both = { granteePrincipal: alice.caller.arn, granteeServicePrincipal: 'a.b' };
    expect(await reasonOf(admin.listGrants({ keyId, ...both }))).toBe('ValidationException');
  });

  it('show what a principal of the account may retire, of keys of all accounts', async () => {
    const retirer = 'arn:aws:iam::111111111111:user/retirer';
    const owner = await test.as('owner', { accountId: '111111111111' });
    const theirs = (await owner.createKey({})).keyMetadata!.arn;
    const made = [
      await grantTo(alice, { retiringPrincipal: retirer }),
      await grantTo(alice, { keyId: theirs, retiringPrincipal: retirer }, owner),
    ];
    await grantTo(alice, { retiringPrincipal: bob.caller.arn });
    const { grants } = await owner.listRetirableGrants({ retiringPrincipal: retirer });
    expect(grants.map((grant) => grant.grantId)).toEqual(made.map(({ grantId }) => grantId).sort());
    expect(grants.map((grant) => grant.keyId).sort()).toEqual([arn, theirs].sort());
    expect(await owner.listRetirableGrants({ retiringPrincipal: retirer, limit: 1 })).toMatchObject({ truncated: true });
    expect(await reasonOf(admin.listRetirableGrants({ retiringPrincipal: retirer }))).toBe('AccessDeniedException');
    expect(await reasonOf(alice.listRetirableGrants({ retiringPrincipal: alice.caller.arn }))).toBe('AccessDeniedException');
    expect(await reasonOf(admin.listRetirableGrants({ retiringServicePrincipal: 'a.b' }))).toBe('AccessDeniedException');
    expect(await reasonOf(admin.listRetirableGrants({}))).toBe('ValidationException');
    expect(await reasonOf(admin.listRetirableGrants({ retiringPrincipal: 'retirer' }))).toBe('InvalidArnException');
  });
});

describe('data keys of secrets', () => {
  const secretArn = `arn:aws:secretsmanager:${region}:${accountId}:secret:app-AbCdEf`;
  const outcomeOf = ({ outcome }: DataKeyOutcome) => (outcome?.$case === 'error' ? outcome.value.reason : 'done');

  it('open for whom a grant names, in the context that it names', async () => {
    const dataKeys = await test.dataKeys();
    const [generated] = await dataKeys.send([{ caller: admin.caller, generate: keyId }]);
    if (generated?.outcome?.$case !== 'dataKey') throw new Error('no data key');
    const decrypt = generated.outcome.value.ciphertextBlob;
    const opens = async (...callers: Caller[]) =>
      (await dataKeys.send(callers.map((caller) => ({ caller, decrypt })))).map(outcomeOf);
    await grantTo(alice, { operations: ['Decrypt'], constraints: { encryptionContextSubset: { SecretARN: secretArn } } });
    await grantTo(bob, { operations: ['Decrypt'], constraints: { encryptionContextSubset: { SecretARN: `${secretArn}x` } } });
    expect(await opens(alice.caller, bob.caller, admin.caller, alice.caller)).toEqual([
      'done',
      'AccessDeniedException',
      'done',
      'done',
    ]);
    expect((await dataKeys.send([{ caller: alice.caller, generate: keyId }])).map(outcomeOf)).toEqual(['AccessDeniedException']);
  });

  it('open for a service, for the secret that its grant names', async () => {
    const worker = test.addService('rotation-worker');
    const dataKeys = await test.dataKeys();
    const generates = async () => (await dataKeys.send([{ caller: worker, generate: arn }])).map(outcomeOf);
    const grant = (sourceArn: string) =>
      admin.createGrant({
        keyId,
        granteeServicePrincipal: 'rotation-worker.strongroom.internal',
        retiringPrincipal: admin.caller.arn,
        operations: ['GenerateDataKey'],
        constraints: { sourceArn },
      });
    expect(await generates()).toEqual(['AccessDeniedException']);
    await grant(`${secretArn}x`);
    expect(await generates()).toEqual(['AccessDeniedException']);
    await grant(secretArn);
    expect(await generates()).toEqual(['done']);
  });
});
