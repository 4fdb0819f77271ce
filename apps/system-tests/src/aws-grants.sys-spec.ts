import {
  CreateGrantCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  EncryptCommand,
  InvalidArnException,
  InvalidGrantTokenException,
  ListGrantsCommand,
  ListRetirableGrantsCommand,
  NotFoundException,
  paginateListGrants,
  RetireGrantCommand,
  RevokeGrantCommand,
} from '@aws-sdk/client-kms';
import { CreateSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { Aws, errorOf } from './support/aws';
import { System, unique } from './support/system';

let system: System;
let aws: Aws;
/** Reads secrets, and has no rights on keys. */
let reader: Aws;
let readerArn: string;
let KeyId: string;

beforeAll(async () => {
  system = await System.shared();
  aws = new Aws(system.cluster, system.cluster.adminCredentials);
  const statement = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' };
  const user = await system.user('reader', JSON.stringify({ Version: '2012-10-17', Statement: statement }));
  readerArn = user.arn;
  const { accessKey, secretAccessKey } = await system.admin.identity.createAccessKey({ userName: user.name });
  reader = new Aws(system.cluster, { accessKeyId: accessKey!.accessKeyId, secretAccessKey });
  KeyId = (await aws.kms.send(new CreateKeyCommand({}))).KeyMetadata!.KeyId!;
});
afterAll(async () => {
  aws?.close();
  reader?.close();
  await system?.stop();
});

it('lets a user without rights on a key read the secret that a grant names', async () => {
  const secret = async () =>
    (await aws.secrets.send(new CreateSecretCommand({ Name: unique('granted'), SecretString: 'x', KmsKeyId: KeyId }))).ARN!;
  const [granted, another] = [await secret(), await secret()];
  const read = (SecretId: string) => reader.secrets.send(new GetSecretValueCommand({ SecretId }));
  expect(await errorOf(read(granted))).toMatchObject({ name: 'AccessDeniedException' });
  const { GrantId } = await aws.kms.send(
    new CreateGrantCommand({
      KeyId,
      GranteePrincipal: readerArn,
      Operations: ['Decrypt'],
      Constraints: { EncryptionContextSubset: { SecretARN: granted } },
    }),
  );
  expect((await read(granted)).SecretString).toBe('x');
  expect(await errorOf(read(another))).toMatchObject({ name: 'AccessDeniedException' });
  await aws.kms.send(new RevokeGrantCommand({ KeyId, GrantId }));
  expect(await errorOf(read(granted))).toMatchObject({ name: 'AccessDeniedException' });
});

it('makes, lists and retires grants as AWS does', async () => {
  const { Arn } = (await aws.kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata!;
  const request = {
    KeyId,
    GranteePrincipal: readerArn,
    RetiringPrincipal: readerArn,
    Operations: ['Encrypt', 'DescribeKey'] as const,
  };
  const create = (change: object = {}) =>
    aws.kms.send(new CreateGrantCommand({ ...request, Operations: [...request.Operations], ...change }));
  const { GrantId, GrantToken } = await create({ Name: 'test' });
  expect(await create({ Name: 'test' })).toMatchObject({ GrantId });
  const second = await create({ Constraints: { EncryptionContextEquals: { App: 'billing' } } });

  const grants = [];
  for await (const page of paginateListGrants({ client: aws.kms, pageSize: 1 }, { KeyId })) grants.push(...page.Grants!);
  expect(grants).toHaveLength(2);
  expect(grants.find((grant) => grant.GrantId === GrantId)).toMatchObject({
    KeyId: Arn,
    Name: 'test',
    CreationDate: expect.any(Date),
    GranteePrincipal: readerArn,
    RetiringPrincipal: readerArn,
    IssuingAccount: `arn:aws:iam::${system.cluster.accountId}:root`,
    Operations: ['Encrypt', 'DescribeKey'],
  });
  expect(grants.find((grant) => grant.GrantId === second.GrantId)!.Constraints).toMatchObject({
    EncryptionContextEquals: { App: 'billing' },
  });
  const retirable = await aws.kms.send(new ListRetirableGrantsCommand({ RetiringPrincipal: readerArn }));
  expect(retirable.Grants!.map((grant) => grant.GrantId)).toEqual(expect.arrayContaining([GrantId, second.GrantId]));

  const encrypt = (GrantTokens: string[]) =>
    reader.kms.send(new EncryptCommand({ KeyId: Arn, Plaintext: Buffer.from('x'), GrantTokens }));
  expect((await encrypt([GrantToken!])).KeyId).toBe(Arn);
  expect(await errorOf(encrypt(['token']))).toBeInstanceOf(InvalidGrantTokenException);
  await reader.kms.send(new RetireGrantCommand({ GrantToken }));
  await reader.kms.send(new RetireGrantCommand({ KeyId: Arn, GrantId: second.GrantId }));
  expect(await errorOf(encrypt([]))).toMatchObject({ name: 'AccessDeniedException' });
  expect((await aws.kms.send(new ListGrantsCommand({ KeyId }))).Grants).toEqual([]);
  expect(await errorOf(aws.kms.send(new RevokeGrantCommand({ KeyId, GrantId })))).toBeInstanceOf(NotFoundException);
  expect(await errorOf(create({ GranteePrincipal: 'reader' }))).toBeInstanceOf(InvalidArnException);
  expect(await errorOf(create({ Operations: ['Sign'] }))).toMatchObject({ name: 'ValidationException' });
});
