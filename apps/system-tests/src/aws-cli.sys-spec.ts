import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isInstalled } from '@strongroom/local-cluster';
import { eventually } from '@strongroom/testing';
import { type RunningSystem, System, unique } from './support/system';

/** The AWS CLI is botocore, as every program in Python is, and trusts the cluster by AWS_CA_BUNDLE. */
const installed = isInstalled('aws');
if (!installed) process.stderr.write('skipped: the tests with the AWS CLI, because aws is not installed\n');

jest.setTimeout(120_000);

(installed ? describe : describe.skip)('the AWS CLI, with nothing but what the environment file sets', () => {
  let system: RunningSystem;
  let folder: string;
  beforeAll(async () => {
    system = await System.running();
    folder = mkdtempSync(join(tmpdir(), 'strongroom-aws-cli-'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await system.stop();
  });

  /** As a user's shell does it. */
  const aws = async (...words: string[]): Promise<Record<string, unknown>> => {
    const script = '. "$0" && AWS_PAGER= exec aws --output json "$@"';
    const { stdout } = await promisify(execFile)('sh', ['-c', script, system.cluster.environmentFile, ...words]);
    return (stdout ? JSON.parse(stdout) : {}) as Record<string, unknown>;
  };
  const valueOf = async (id: string, ...more: string[]) =>
    (await aws('secretsmanager', 'get-secret-value', '--secret-id', id, ...more))['SecretString'];

  it('writes, reads, lists, rotates and deletes secrets', async () => {
    const name = unique('cli');
    await aws('secretsmanager', 'create-secret', '--name', name, '--secret-string', 'first');
    await aws('secretsmanager', 'put-secret-value', '--secret-id', name, '--secret-string', 'second');
    expect(await valueOf(name)).toBe('second');
    expect(await valueOf(name, '--version-stage', 'AWSPREVIOUS')).toBe('first');

    await system.secret('another', 'cli');
    const { SecretList } = await aws('secretsmanager', 'list-secrets', '--page-size', '1', '--filters', 'Key=name,Values=cli');
    expect(SecretList).toEqual(expect.arrayContaining([expect.objectContaining({ Name: name })]));
    expect(SecretList).not.toHaveLength(1);

    const { accountId, region } = await callerIn();
    const lambda = `arn:aws:lambda:${region}:${accountId}:function:strongroom-password`;
    await aws('secretsmanager', 'rotate-secret', '--secret-id', name, '--rotation-lambda-arn', lambda);
    await eventually('a rotated value', async () => (await valueOf(name)) !== 'second', 60_000);

    const attribute = `AttributeKey=ResourceName,AttributeValue=${name}`;
    const { Events } = await aws('cloudtrail', 'lookup-events', '--max-items', '1', '--lookup-attributes', attribute);
    expect(Events).toEqual([expect.objectContaining({ CloudTrailEvent: expect.stringContaining('"eventVersion":"1.11"') })]);

    await aws('secretsmanager', 'delete-secret', '--secret-id', name, '--force-delete-without-recovery');
    await expect(valueOf(name)).rejects.toMatchObject({
      stderr: expect.stringContaining(
        "(ResourceNotFoundException) when calling the GetSecretValue operation: Secrets Manager can't find the specified secret.",
      ),
    });
  });

  it('encrypts and decrypts with a key', async () => {
    const { KeyMetadata } = (await aws('kms', 'create-key')) as { KeyMetadata: { Arn: string } };
    const context = ['--encryption-context', 'app=cli'];
    const file = (name: string, bytes: Buffer) => {
      writeFileSync(join(folder, name), bytes);
      return `fileb://${join(folder, name)}`;
    };
    const plaintext = Buffer.from('hello');
    const key = ['--key-id', KeyMetadata.Arn];
    const { CiphertextBlob } = await aws('kms', 'encrypt', ...key, '--plaintext', file('plaintext', plaintext), ...context);
    const blob = file('blob', Buffer.from(String(CiphertextBlob), 'base64'));
    expect(await aws('kms', 'decrypt', '--ciphertext-blob', blob, ...context)).toMatchObject({
      KeyId: KeyMetadata.Arn,
      Plaintext: plaintext.toString('base64'),
    });
  });

  it('speaks XML with STS and IAM', async () => {
    expect((await callerIn()).accountId).toMatch(/^\d{12}$/);
    const name = unique('cli');
    expect(await aws('iam', 'create-user', '--user-name', name)).toMatchObject({ User: { UserName: name } });
    await expect(aws('iam', 'create-user', '--user-name', name)).rejects.toMatchObject({
      stderr: expect.stringContaining('(EntityAlreadyExists) when calling the CreateUser operation'),
    });
    await aws('iam', 'delete-user', '--user-name', name);
  });

  it('makes a rule that tells a topic, and takes both away', async () => {
    const name = unique('cli');
    const { TopicArn } = (await aws('sns', 'create-topic', '--name', name)) as { TopicArn: string };
    const pattern = JSON.stringify({ source: ['aws.secretsmanager'], detail: { eventName: ['RotationFailed'] } });
    await aws('events', 'put-rule', '--name', name, '--event-pattern', pattern);
    const rule = ['--rule', name];
    expect(await aws('events', 'put-targets', ...rule, '--targets', `Id=topic,Arn=${TopicArn}`)).toMatchObject({
      FailedEntryCount: 0,
    });
    expect(await aws('events', 'list-targets-by-rule', ...rule)).toEqual({ Targets: [{ Id: 'topic', Arn: TopicArn }] });
    const published = await aws('sns', 'publish', '--topic-arn', TopicArn, '--message', 'hello');
    expect(published['MessageId']).toEqual(expect.any(String));
    await aws('events', 'remove-targets', ...rule, '--ids', 'topic');
    await aws('events', 'delete-rule', '--name', name);
    await aws('sns', 'delete-topic', '--topic-arn', TopicArn);
    await expect(aws('events', 'describe-rule', '--name', name)).rejects.toMatchObject({
      stderr: expect.stringContaining('(ResourceNotFoundException) when calling the DescribeRule operation'),
    });
  });

  const callerIn = async (): Promise<{ accountId: string; region: string }> => {
    const { Account } = await aws('sts', 'get-caller-identity');
    const { arn } = await system.admin.secrets.describeSecret({ secretId: await system.secret() });
    return { accountId: String(Account), region: arn.split(':')[3]! };
  };
});
