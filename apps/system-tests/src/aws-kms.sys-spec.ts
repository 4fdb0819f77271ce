import { createPublicKey, verify } from 'node:crypto';
import {
  AlreadyExistsException,
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DeleteAliasCommand,
  CancelKeyDeletionCommand,
  DescribeCustomKeyStoresCommand,
  DescribeKeyCommand,
  DryRunOperationException,
  GenerateMacCommand,
  GetKeyLastUsageCommand,
  GetPublicKeyCommand,
  KMSInvalidSignatureException,
  KMSInvalidStateException,
  ListResourceTagsCommand,
  ReEncryptCommand,
  ScheduleKeyDeletionCommand,
  SignCommand,
  TagResourceCommand,
  VerifyCommand,
  VerifyMacCommand,
  DisabledException,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GenerateRandomCommand,
  GetKeyPolicyCommand,
  IncorrectKeyException,
  InvalidAliasNameException,
  InvalidCiphertextException,
  ListKeyPoliciesCommand,
  NotFoundException,
  paginateListAliases,
  paginateListKeys,
  PutKeyPolicyCommand,
  UnsupportedOperationException,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms';
import { Aws, errorOf } from './support/aws';
import { System, unique } from './support/system';

let system: System;
let aws: Aws;

beforeAll(async () => {
  system = await System.shared();
  aws = new Aws(system.cluster, system.cluster.adminCredentials);
});
afterAll(async () => {
  aws?.close();
  await system?.stop();
});

it('keeps keys and their aliases, and tells them page by page', async () => {
  const client = aws.kms;
  const { KeyMetadata } = await client.send(
    new CreateKeyCommand({ Description: 'of a test', KeySpec: 'SYMMETRIC_DEFAULT', Tags: [{ TagKey: 'a', TagValue: 'b' }] }),
  );
  expect(KeyMetadata).toMatchObject({
    AWSAccountId: system.cluster.accountId,
    Arn: expect.stringMatching(/^arn:aws:kms:/),
    Enabled: true,
    KeyState: 'Enabled',
    KeyManager: 'CUSTOMER',
    KeyUsage: 'ENCRYPT_DECRYPT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    CreationDate: expect.any(Date),
  });
  const KeyId = KeyMetadata!.KeyId!;
  const other = (await client.send(new CreateKeyCommand({}))).KeyMetadata!.KeyId!;
  const AliasName = `alias/${unique('aws')}`;
  await client.send(new CreateAliasCommand({ AliasName, TargetKeyId: other }));
  expect(await errorOf(client.send(new CreateAliasCommand({ AliasName, TargetKeyId: KeyId })))).toBeInstanceOf(
    AlreadyExistsException,
  );
  await client.send(new UpdateAliasCommand({ AliasName, TargetKeyId: KeyId }));
  const aliases: unknown[] = [];
  for await (const page of paginateListAliases({ client, pageSize: 1 }, { KeyId })) aliases.push(...page.Aliases!);
  expect(aliases).toMatchObject([{ AliasName, TargetKeyId: KeyId, CreationDate: expect.any(Date) }]);
  const keys: (string | undefined)[] = [];
  for await (const page of paginateListKeys({ client, pageSize: 1 }, {})) keys.push(...page.Keys!.map((key) => key.KeyId));
  expect(keys).toEqual(expect.arrayContaining([KeyId, other]));
  expect((await client.send(new DescribeKeyCommand({ KeyId: AliasName }))).KeyMetadata!.KeyId).toBe(KeyId);
  await client.send(new DeleteAliasCommand({ AliasName }));

  const { Policy, PolicyName } = await client.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }));
  expect(PolicyName).toBe('default');
  await client.send(new PutKeyPolicyCommand({ KeyId, Policy }));
  expect((await client.send(new ListKeyPoliciesCommand({ KeyId }))).PolicyNames).toEqual(['default']);
});

it('encrypts, and decrypts what it encrypted', async () => {
  const client = aws.kms;
  const { KeyId, Arn } = (await client.send(new CreateKeyCommand({}))).KeyMetadata!;
  const EncryptionContext = { purpose: 'test' };
  const Plaintext = Buffer.from([0, 1, 255]);
  const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }));
  const opened = await client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext, KeyId }));
  expect(opened).toMatchObject({ KeyId: Arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' });
  expect(Buffer.from(opened.Plaintext!)).toEqual(Plaintext);
  const other = (await client.send(new CreateKeyCommand({}))).KeyMetadata!.KeyId;
  expect(await errorOf(client.send(new DecryptCommand({ CiphertextBlob })))).toBeInstanceOf(InvalidCiphertextException);
  expect(await errorOf(client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext, KeyId: other })))).toBeInstanceOf(
    IncorrectKeyException,
  );

  const whole = await client.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext }));
  expect(whole.Plaintext).toHaveLength(32);
  const sealed = await client.send(new DecryptCommand({ CiphertextBlob: whole.CiphertextBlob, EncryptionContext }));
  expect(Buffer.from(sealed.Plaintext!)).toEqual(Buffer.from(whole.Plaintext!));
  const closed = await client.send(new GenerateDataKeyWithoutPlaintextCommand({ KeyId, NumberOfBytes: 64 }));
  expect((await client.send(new DecryptCommand({ CiphertextBlob: closed.CiphertextBlob }))).Plaintext).toHaveLength(64);
  expect((await client.send(new GenerateRandomCommand({ NumberOfBytes: 24 }))).Plaintext).toHaveLength(24);

  await client.send(new DisableKeyCommand({ KeyId }));
  expect(await errorOf(client.send(new EncryptCommand({ KeyId, Plaintext })))).toBeInstanceOf(DisabledException);
  await client.send(new EnableKeyCommand({ KeyId }));
  await client.send(new EncryptCommand({ KeyId, Plaintext }));
});

it('fails as AWS does', async () => {
  const client = aws.kms;
  const missing = '00000000-0000-4000-8000-000000000000';
  expect(await errorOf(client.send(new DescribeKeyCommand({ KeyId: missing })))).toBeInstanceOf(NotFoundException);
  const reserved = new CreateAliasCommand({ AliasName: 'alias/aws/mine', TargetKeyId: missing });
  expect(await errorOf(client.send(reserved))).toBeInstanceOf(InvalidAliasNameException);
  const abroad = new CreateKeyCommand({ KeySpec: 'SM2', KeyUsage: 'SIGN_VERIFY' });
  expect(await errorOf(client.send(abroad))).toBeInstanceOf(UnsupportedOperationException);
  const stores = new DescribeCustomKeyStoresCommand({});
  expect(await errorOf(client.send(stores))).toBeInstanceOf(UnsupportedOperationException);
  const long = new GenerateRandomCommand({ NumberOfBytes: 1_025 });
  expect(await errorOf(client.send(long))).toMatchObject({
    name: 'ValidationException',
    message:
      "1 validation error detected: Value '1025' at 'numberOfBytes' failed to satisfy constraint: Member must have value less than or equal to 1024",
  });
});

it('signs what the client verifies, and makes MACs', async () => {
  const client = aws.kms;
  const Message = Buffer.from('what is signed');
  const { KeyId } = (await client.send(new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }))).KeyMetadata!;
  const signing = { KeyId, Message, SigningAlgorithm: 'ECDSA_SHA_256' } as const;
  const { Signature } = await client.send(new SignCommand(signing));
  const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId }));
  const key = createPublicKey({ key: Buffer.from(PublicKey!), format: 'der', type: 'spki' });
  expect(verify('sha256', Message, key, Signature!)).toBe(true);
  expect((await client.send(new VerifyCommand({ ...signing, Signature }))).SignatureValid).toBe(true);
  const other = new VerifyCommand({ ...signing, Message: Buffer.from('something else'), Signature });
  expect(await errorOf(client.send(other))).toBeInstanceOf(KMSInvalidSignatureException);

  const mac = (await client.send(new CreateKeyCommand({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }))).KeyMetadata!;
  const macOf = { KeyId: mac.KeyId, Message, MacAlgorithm: 'HMAC_SHA_256' } as const;
  const { Mac } = await client.send(new GenerateMacCommand(macOf));
  expect((await client.send(new VerifyMacCommand({ ...macOf, Mac }))).MacValid).toBe(true);
});

it('deletes a key after a while, and not if it is told so', async () => {
  const client = aws.kms;
  const { KeyId, Arn } = (await client.send(new CreateKeyCommand({}))).KeyMetadata!;
  await client.send(new TagResourceCommand({ KeyId, Tags: [{ TagKey: 'Team', TagValue: 'blue' }] }));
  expect((await client.send(new ListResourceTagsCommand({ KeyId }))).Tags).toEqual([{ TagKey: 'Team', TagValue: 'blue' }]);
  const Plaintext = Buffer.from('x');
  const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId, Plaintext }));
  const again = await client.send(new ReEncryptCommand({ CiphertextBlob, DestinationKeyId: KeyId }));
  expect(again).toMatchObject({ SourceKeyId: Arn, KeyId: Arn });
  const { KeyLastUsage } = await client.send(new GetKeyLastUsageCommand({ KeyId }));
  expect(KeyLastUsage).toMatchObject({ Operation: 'ReEncrypt', CloudTrailEventId: expect.any(String) });
  expect(await errorOf(client.send(new EncryptCommand({ KeyId, Plaintext, DryRun: true })))).toBeInstanceOf(
    DryRunOperationException,
  );

  const planned = await client.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  expect(planned).toMatchObject({
    KeyId: Arn,
    KeyState: 'PendingDeletion',
    PendingWindowInDays: 7,
    DeletionDate: expect.any(Date),
  });
  expect(await errorOf(client.send(new EncryptCommand({ KeyId, Plaintext })))).toBeInstanceOf(KMSInvalidStateException);
  await client.send(new CancelKeyDeletionCommand({ KeyId }));
  expect((await client.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata).toMatchObject({ KeyState: 'Disabled' });
});
