import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RotationRun, RotationRunState } from '@strongroom/client';
import { eventually, temporaryDirectory } from '@strongroom/testing';
import { Dialogue } from './support/cli-process';
import { allow } from './support/policies';
import { type RunningSystem, System, unique } from './support/system';

// docs/guides/aws-rotation-functions.md, with a function of ours in the place of AWS's.

const hasBoto3 = spawnSync('python3', ['-c', 'import boto3']).status === 0;
if (!hasBoto3) process.stderr.write('skipped: a rotation function in Python, because its package boto3 is not installed\n');

const endpointProgram = join(__dirname, '../../rotation-worker/examples/serve-aws-function.py');
const functionFile = join(__dirname, 'support/rotating-function.py');

(hasBoto3 ? describe : describe.skip)('a function written for Lambda, with an access key of its own', () => {
  const directory = temporaryDirectory('aws-rotation-function');
  const serverFile = join(directory.path, 'server');
  const functionName = unique('of-lambda');
  const first = 'password-0-of-the-server';
  let system: RunningSystem;
  let endpoint: Dialogue;
  let secretId: string;

  beforeAll(async () => {
    // On this machine: the cluster calls back.
    system = await System.shared();
    const { adminCertificate, region } = system.cluster;
    secretId = await system.secret(JSON.stringify({ password: first }), 'lambda');
    writeFileSync(serverFile, first);
    const actions = ['DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'];
    const allowed = [...actions, 'GetRandomPassword'].map((one) => `secretsmanager:${one}`);
    const { name: userName } = await system.user('lambda', allow(allowed));
    const { accessKey, secretAccessKey } = await system.admin.identity.createAccessKey({ userName });
    const env = {
      PATH: process.env.PATH,
      HOME: directory.path,
      AWS_ACCESS_KEY_ID: accessKey!.accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_DEFAULT_REGION: region,
      AWS_CA_BUNDLE: adminCertificate.caFile,
      SECRETS_MANAGER_ENDPOINT: `https://${system.cluster.endpoint('aws-gateway')}`,
      SERVER_FILE: serverFile,
    };
    endpoint = new Dialogue(spawn('python3', ['-B', endpointProgram, '0', functionFile], { env, stdio: 'pipe' }));
    const [, port] = await endpoint.prints(/listening on port (\d+)/);
    await system.admin.rotation.registerRotationFunction({
      functionName,
      implementation: { $case: 'http', value: { endpoint: `http://127.0.0.1:${port}` } },
    });
  }, 60_000);

  afterAll(async () => {
    Dialogue.endAll();
    directory.remove();
    await system?.stop();
  });

  const newestRun = async (): Promise<RotationRun | undefined> =>
    (await system.admin.rotation.listRotationRuns({ secretId, maxResults: 1 })).runs[0];
  const current = async (): Promise<unknown> => {
    const { value } = await system.admin.secrets.getSecretValue({ secretId });
    return JSON.parse(String(value?.value?.value));
  };
  const password = () => readFileSync(serverFile, 'utf8');

  it('rotates a secret', async () => {
    await system.admin.secrets.rotateSecret({ secretId, rotationLambdaArn: functionName });
    await eventually('the run ends', async () => (await newestRun())?.endedDate !== undefined, 30_000);
    expect(await newestRun()).toMatchObject({ state: RotationRunState.SUCCEEDED });
    expect(password()).toMatch(/^.{20}$/);
    expect(await current()).toEqual({ password: password() });
  });

  it('tells why it failed, and no value, and succeeds once the server lets it in', async () => {
    const known = password();
    writeFileSync(serverFile, 'set by somebody else');
    await system.admin.secrets.rotateSecret({ secretId, rotationLambdaArn: functionName });
    const tries = await eventually('a step fails', async () => {
      const failed = (await newestRun())?.steps.at(-1)?.tries.filter(({ errorCode }) => errorCode !== '');
      return failed?.length ? failed : undefined;
    });
    expect(tries[0]).toMatchObject({
      errorCode: 'ValueError',
      errorMessage: 'The server refuses the login with password=…',
    });
    writeFileSync(serverFile, known);
    await eventually('the run succeeds', async () => (await newestRun())?.state === RotationRunState.SUCCEEDED, 30_000);
    expect(password()).not.toBe(known);
  });
});
