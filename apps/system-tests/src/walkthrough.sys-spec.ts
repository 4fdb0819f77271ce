import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { BufCurl } from './support/buf-curl';
import { System } from './support/system';

let system: System;

beforeAll(async () => {
  system = await System.shared();
});
afterAll(() => system?.stop());

jest.setTimeout(120_000);

/** `npm run demo`, but for what builds and starts the cluster. Resolves with what it says. */
const walkThrough = async (): Promise<string> => {
  const script = `
    import { bundleTool, loadTool } from './tools/bootstrap/build.mjs';
    const application = await bundleTool('tools/demo/application.ts');
    const busyApplication = await bundleTool('tools/demo/busy-application.ts');
    await (await loadTool('tools/demo/demo.ts')).runDemo(${JSON.stringify(system.cluster.home)}, { application, busyApplication });
    process.exit(0);
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { cwd: resolve('.') });
  return stdout;
};

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
  expect(told).toMatch(/the rotation continued by itself/);
  expect(told).toMatch(/StreamTrailVerification: no event was changed, added or lost among [1-9]/);

  const variables = environment();
  const caller = new BufCurl(variables['STRONGROOM_TLS_CA_FILE']!, variables['STRONGROOM_TOKEN']);
  expect(told).toContain(
    `grpcurl -cacert "$STRONGROOM_TLS_CA_FILE" -expand-headers -H 'authorization: Bearer \${STRONGROOM_TOKEN}' "$@"`,
  );
  const commands = told.replaceAll('\\\n', ' ').matchAll(/^ *ask (?:-d '(.*?)' )? *"\$(\w+)" (\S+)$/gm);
  const answers: Record<string, Record<string, unknown>> = {};
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
  const { events } = answers['strongroom.audit.v1.AuditService/LookupEvents'] as { events: object[] };
  expect(events.length).toBeGreaterThanOrEqual(7);
  // What the walkthrough is about does not show in what it says.
  const { value } = answers['strongroom.secrets.v1.SecretsService/GetSecretValue'] as { value: { secretString: string } };
  const { password } = JSON.parse(value.secretString) as { password: string };
  expect(told).not.toContain(password);
});
