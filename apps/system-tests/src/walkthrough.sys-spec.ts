import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { stopRecorded } from '@strongroom/local-cluster';
import { eventually } from '@strongroom/testing';
import { BufCurl } from './support/buf-curl';
import { System } from './support/system';

let system: System;

beforeAll(async () => {
  system = await System.shared();
});
afterAll(() => system?.stop());

jest.setTimeout(120_000);

/** What tools do in a process of their own. Resolves with what it says. */
const run = async (work: string, env = process.env): Promise<string> => {
  const script = `import { bundleTool, loadTool } from './tools/bootstrap/build.mjs';\n${work}\nprocess.exit(0);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: resolve('.'),
    env,
  });
  return stdout;
};

/** `npm run demo`, but for what builds and starts the cluster. */
const walkThrough = (): Promise<string> =>
  run(`
    const application = await bundleTool('tools/demo/application.ts');
    const busyApplication = await bundleTool('tools/demo/busy-application.ts');
    const environmentApplication = await bundleTool('tools/demo/environment-application.ts');
    const programs = { application, busyApplication, environmentApplication, strongroom: ${JSON.stringify(resolve('dist/apps/cli/main.js'))} };
    await (await loadTool('tools/demo/demo.ts')).runDemo(${JSON.stringify(system.cluster.home)}, programs);
  `);

/** `npm start -- --detach`, but for what builds. */
const startAgain = (): Promise<string> =>
  run(`await (await loadTool('tools/cluster/cluster.ts')).startDetached();`, {
    ...process.env,
    STRONGROOM_HOME: system.cluster.home,
    STRONGROOM_BASE_PORT: `${system.cluster.basePort}`,
  });

/** The variables of the cluster's environment file, as a shell would have them. */
const environment = (): Record<string, string> =>
  Object.fromEntries(
    [...readFileSync(system.cluster.environmentFile, 'utf8').matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name, value]) => [
      name!,
      value!,
    ]),
  );

it('tells the main job, and what it says to try next works as printed', async () => {
  const told = await walkThrough();
  expect(told.match(/^\d+\. /gm)!.length).toBeGreaterThanOrEqual(8);
  expect(told.match(/demo_orders_app@% and finds 3 orders worth 394.75/g)).toHaveLength(2);
  // Rotated three times by users who take turns.
  expect(told).toMatch(/demo_orders_app_clone@% and finds 3 orders worth 394.75/);
  expect(told).toMatch(/[1-9]\d* queries on the open connection, [1-9]\d* new logins as .* and .*, 0 failures/);
  expect(told).toMatch(/[1-9]\d* logins and queries as demo_orders_app_clone@%, then demo_orders_app@%, then .*, 0 failed/);
  expect(told).toMatch(/the rotation continued by itself/);
  expect(told).toMatch(/sealed everything anew, and .* has retired\n.*[1-9]\d* new logins meanwhile, 0 failures/);
  expect(told).toMatch(/healthy and waits sealed\n[^]*refused with \w+\n[^]*1 of 2 shares .*; the service is open/);
  expect(told).toMatch(/StreamTrailVerification: no event was changed, added or lost among [1-9]/);

  const variables = environment();
  const caller = new BufCurl(variables['STRONGROOM_TLS_CA_FILE']!, variables['STRONGROOM_TOKEN']);
  expect(told).toContain(
    `grpcurl -cacert "$STRONGROOM_TLS_CA_FILE" -expand-headers -H 'authorization: Bearer \${STRONGROOM_TOKEN}' "$@"`,
  );
  const commands = told.replaceAll('\\\n', ' ').matchAll(/^ *ask (?:-d '(.*?)' )? *"\$(\w+)" (\S+)$/gm);
  const answers: Record<string, Record<string, unknown>> = {};
  // The shop's server comes back with the cluster, whatever ended it.
  await stopRecorded(join(system.cluster.home, 'run', 'demo-shop.pid'), 20_000);
  expect(await startAgain()).toContain('The cluster is running');
  for (const [, request, variable, method] of commands) {
    const address = variables[variable!]!;
    answers[method!] =
      method === 'list'
        ? { methods: await caller.listMethods(address) }
        : (await caller.call(address, method!, JSON.parse(request!) as object)).body;
  }
  expect(answers).toMatchObject({
    list: { methods: expect.arrayContaining(['strongroom.secrets.v1.SecretsService/GetSecretValue']) },
    'strongroom.secrets.v1.SecretsService/GetSecretValue': { name: 'demo/production/orders-db' },
  });
  const { versionId } = answers['strongroom.secrets.v1.SecretsService/RotateSecret'] as { versionId: string };
  await eventually('the rotation succeeds', async () => {
    const method = 'strongroom.rotation.v1.RotationService/ListRotationRuns';
    const { body } = await caller.call(variables['STRONGROOM_ROTATION_ADDRESS']!, method, {
      secret_id: 'demo/production/orders-db',
    });
    const runs = body['runs'] as { versionId: string; state: string }[];
    return runs.some((run) => run.versionId === versionId && run.state === 'ROTATION_RUN_STATE_SUCCEEDED');
  });
  const { events } = answers['strongroom.audit.v1.AuditService/LookupEvents'] as { events: object[] };
  expect(events.length).toBeGreaterThanOrEqual(7);
  // What the walkthrough is about does not show in what it says.
  const { value } = answers['strongroom.secrets.v1.SecretsService/GetSecretValue'] as { value: { secretString: string } };
  const { password } = JSON.parse(value.secretString) as { password: string };
  expect(told).not.toContain(password);
});
