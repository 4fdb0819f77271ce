import { randomUUID } from 'node:crypto';
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteResourcePolicyCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  InvalidNextTokenException,
  InvalidParameterException,
  InvalidRequestException,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  MalformedPolicyDocumentException,
  paginateBatchGetSecretValue,
  paginateListSecrets,
  paginateListSecretVersionIds,
  PublicPolicyException,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  ReplicateSecretToRegionsCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  RestoreSecretCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
  ValidateResourcePolicyCommand,
} from '@aws-sdk/client-secrets-manager';
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

const policy = (principal: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: principal }, Action: 'secretsmanager:*', Resource: '*' },
  });

it('keeps a secret through its life', async () => {
  const client = aws.secrets;
  const Name = unique('aws/life');
  const created = await client.send(
    new CreateSecretCommand({ Name, Description: 'd', SecretString: 'one', Tags: [{ Key: 'team', Value: '' }] }),
  );
  expect(created).toMatchObject({ ARN: expect.stringMatching(/^arn:aws:secretsmanager:/), Name });
  const SecretId = created.ARN!;
  const bytes = Uint8Array.from([0, 255, 128]);
  const put = await client.send(
    new PutSecretValueCommand({
      SecretId: Name,
      SecretBinary: bytes,
      ClientRequestToken: randomUUID(),
      VersionStages: ['AWSPENDING'],
    }),
  );
  expect(put.VersionStages).toEqual(['AWSPENDING']);

  const current = await client.send(new GetSecretValueCommand({ SecretId }));
  expect(current).toMatchObject({ SecretString: 'one', VersionId: created.VersionId, VersionStages: ['AWSCURRENT'] });
  expect(current.SecretBinary).toBeUndefined();
  expect(Math.abs(current.CreatedDate!.getTime() - Date.now())).toBeLessThan(60_000);
  const pending = await client.send(new GetSecretValueCommand({ SecretId, VersionStage: 'AWSPENDING' }));
  expect(Buffer.from(pending.SecretBinary!)).toEqual(Buffer.from(bytes));
  expect(pending.SecretString).toBeUndefined();

  await client.send(
    new UpdateSecretVersionStageCommand({
      SecretId,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: put.VersionId,
      RemoveFromVersionId: created.VersionId,
    }),
  );
  await client.send(new TagResourceCommand({ SecretId, Tags: [{ Key: 'more', Value: 'x' }] }));
  await client.send(new UntagResourceCommand({ SecretId, TagKeys: ['more'] }));
  await client.send(new UpdateSecretCommand({ SecretId, Description: 'changed' }));
  const described = await client.send(new DescribeSecretCommand({ SecretId }));
  expect(described).toMatchObject({
    Name,
    Description: 'changed',
    Tags: [{ Key: 'team', Value: '' }],
    VersionIdsToStages: { [put.VersionId!]: expect.arrayContaining(['AWSCURRENT']), [created.VersionId!]: ['AWSPREVIOUS'] },
  });
  expect([described.DeletedDate, described.RotationEnabled, described.PrimaryRegion]).toEqual([undefined, undefined, undefined]);
  expect(described.CreatedDate).toBeInstanceOf(Date);

  const versions = await client.send(new ListSecretVersionIdsCommand({ SecretId, IncludeDeprecated: true }));
  expect(versions.Versions!.map(({ VersionId }) => VersionId).sort()).toEqual([created.VersionId, put.VersionId].sort());

  const deleted = await client.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
  expect(Math.round((deleted.DeletionDate!.getTime() - Date.now()) / 86_400_000)).toBe(7);
  expect(await errorOf(client.send(new GetSecretValueCommand({ SecretId })))).toBeInstanceOf(InvalidRequestException);
  await client.send(new RestoreSecretCommand({ SecretId }));
  await client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
  expect(await errorOf(client.send(new DescribeSecretCommand({ SecretId })))).toBeInstanceOf(ResourceNotFoundException);
});

it('keeps resource policies, checks them, and makes passwords', async () => {
  const client = aws.secrets;
  const SecretId = unique('aws/policy');
  await client.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'x' }));
  const ResourcePolicy = policy(`arn:aws:iam::${system.cluster.accountId}:root`);
  await client.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy, BlockPublicPolicy: true }));
  expect((await client.send(new GetResourcePolicyCommand({ SecretId }))).ResourcePolicy).toBe(ResourcePolicy);
  const open = new PutResourcePolicyCommand({ SecretId, ResourcePolicy: policy('*'), BlockPublicPolicy: true });
  expect(await errorOf(client.send(open))).toBeInstanceOf(PublicPolicyException);
  const none = new PutResourcePolicyCommand({ SecretId, ResourcePolicy: '{}' });
  expect(await errorOf(client.send(none))).toBeInstanceOf(MalformedPolicyDocumentException);
  await client.send(new DeleteResourcePolicyCommand({ SecretId }));
  expect((await client.send(new GetResourcePolicyCommand({ SecretId }))).ResourcePolicy).toBeUndefined();
  const found = await client.send(new ValidateResourcePolicyCommand({ ResourcePolicy: '{"a":1}' }));
  expect(found).toMatchObject({ PolicyValidationPassed: false, ValidationErrors: [{ CheckName: 'POLICY_SYNTAX' }, {}] });
  const password = await client.send(new GetRandomPasswordCommand({ PasswordLength: 20, ExcludePunctuation: true }));
  expect(password.RandomPassword).toMatch(/^[A-Za-z0-9]{20}$/);
});

it('is read page by page', async () => {
  const client = aws.secrets;
  const prefix = unique('aws/page');
  const names = ['a', 'b', 'c', 'd', 'e'].map((end) => `${prefix}/${end}`);
  for (const Name of names) await client.send(new CreateSecretCommand({ Name, SecretString: Name }));
  const Filters = [{ Key: 'name' as const, Values: [prefix] }];
  const listed: (string | undefined)[] = [];
  for await (const page of paginateListSecrets({ client, pageSize: 2 }, { Filters, SortBy: 'name', SortOrder: 'asc' })) {
    expect(page.SecretList!.length).toBeLessThanOrEqual(2);
    listed.push(...page.SecretList!.map(({ Name }) => Name));
  }
  expect(listed).toEqual(names);
  const values: (string | undefined)[] = [];
  for await (const page of paginateBatchGetSecretValue({ client, pageSize: 2 }, { Filters })) {
    values.push(...page.SecretValues!.map(({ SecretString }) => SecretString));
  }
  expect(values.sort()).toEqual(names);
  for (let version = 0; version < 3; version++) {
    await client.send(new PutSecretValueCommand({ SecretId: names[0], SecretString: `v${version}` }));
  }
  const versions: unknown[] = [];
  const all = { SecretId: names[0], IncludeDeprecated: true };
  for await (const page of paginateListSecretVersionIds({ client, pageSize: 1 }, all)) versions.push(...page.Versions!);
  expect(versions).toHaveLength(4);
  const batch = await client.send(new BatchGetSecretValueCommand({ SecretIdList: [names[1]!, 'absent'] }));
  expect(batch.SecretValues).toMatchObject([{ Name: names[1], SecretString: names[1] }]);
  expect(batch.Errors).toMatchObject([{ SecretId: 'absent', ErrorCode: 'ResourceNotFoundException' }]);
  const bad = errorOf(client.send(new ListSecretsCommand({ NextToken: 'none' })));
  expect(await bad).toBeInstanceOf(InvalidNextTokenException);
});

it('fails as AWS does', async () => {
  const client = aws.secrets;
  const Name = unique('aws/error');
  await client.send(new CreateSecretCommand({ Name, SecretString: 'x' }));
  const again = await errorOf(client.send(new CreateSecretCommand({ Name, SecretString: 'y' })));
  expect(again).toBeInstanceOf(ResourceExistsException);
  expect(again).toMatchObject({ message: `The operation failed because the secret ${Name} already exists.` });
  expect(again.$metadata?.httpStatusCode).toBe(400);
  const absent = await errorOf(client.send(new GetSecretValueCommand({ SecretId: 'absent' })));
  expect(absent).toMatchObject({ message: "Secrets Manager can't find the specified secret." });
  const replicas = new CreateSecretCommand({ Name: `${Name}-2`, AddReplicaRegions: [{ Region: 'eu-west-1' }] });
  expect(await errorOf(client.send(replicas))).toBeInstanceOf(InvalidParameterException);
  expect(await errorOf(client.send(new CreateSecretCommand({ Name: 'a b' })))).toMatchObject({ name: 'ValidationException' });
  const replicate = new ReplicateSecretToRegionsCommand({ SecretId: Name, AddReplicaRegions: [{ Region: 'eu-west-1' }] });
  expect(await errorOf(client.send(replicate))).toMatchObject({ name: 'UnknownOperationException' });
});

it('serves a hundred connections at once', async () => {
  const SecretId = unique('aws/many');
  await aws.secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'shared' }));
  const reads = Array.from({ length: 300 }, () => aws.secrets.send(new GetSecretValueCommand({ SecretId })));
  expect(new Set((await Promise.all(reads)).map(({ SecretString }) => SecretString))).toEqual(new Set(['shared']));
});
