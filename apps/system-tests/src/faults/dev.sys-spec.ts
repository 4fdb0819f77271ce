import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClusterLayout, findFreePorts, isPortFree, stopCluster } from '@strongroom/local-cluster';

jest.setTimeout(300_000);

const root = resolve(__dirname, '../../../..');
const PORTS = 50;

let home: string;
let program: ChildProcessByStdio<null, Readable, Readable>;
let said = '';

/** Waits until the program has said so, in what it says from `from` on. */
async function hear(what: RegExp, from = 0): Promise<RegExpExecArray> {
  for (;;) {
    const match = what.exec(said.slice(from));
    if (match) return match;
    if (program.exitCode !== null) throw new Error(`it ended with ${program.exitCode} and said:\n${said}`);
    await sleep(50);
  }
}

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'strongroom-dev-'));
});

afterAll(async () => {
  program?.kill('SIGKILL');
  await stopCluster(home);
  rmSync(home, { recursive: true, force: true });
});

it('runs a service from its source, with a debugger and its log, starts it again on change, and stops all of it', async () => {
  const basePort = await findFreePorts(PORTS);
  program = spawn(process.execPath, ['tools/strongroom.mjs', 'dev', 'secrets-api'], {
    cwd: root,
    env: { ...process.env, STRONGROOM_HOME: home, STRONGROOM_BASE_PORT: String(basePort) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [program.stdout, program.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  const [, inspector] = await hear(/Debuggers: (127\.0\.0\.1:\d+)/);
  const targets = (await (await fetch(`http://${inspector}/json/list`)).json()) as { title: string; url: string }[];
  expect(targets).toMatchObject([{ url: expect.stringMatching(/dist\/dev\/secrets-api\/main\.js$/) }]);
  await hear(/"service":"secrets-api"/);

  const before = said.length;
  const now = new Date();
  utimesSync(join(root, 'apps/secrets-api/src/main.ts'), now, now);
  await hear(/secrets-api has changed and starts again/, before);
  await hear(/secrets-api serves again/, before);
  expect(said.slice(before)).not.toContain('✗');

  program.kill('SIGINT');
  const [code] = (await once(program, 'exit')) as [number];
  expect([code, said]).toEqual([0, expect.stringMatching(/Stopped\.\s*$/)]);
  const layout = new ClusterLayout(home, basePort);
  for (const component of ['mariadb', 'redis', 'secrets-api', 'identity-service'] as const)
    expect([component, await isPortFree(layout.port(component))]).toEqual([component, true]);
});

it('knows the services', async () => {
  const unknown = spawn(process.execPath, ['tools/strongroom.mjs', 'dev', 'system-tests'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let told = '';
  unknown.stderr.on('data', (text: Buffer) => (told += text.toString()));
  const [code] = (await once(unknown, 'close')) as [number];
  expect([code, told]).toEqual([1, expect.stringContaining('npm run dev -- <service>, such as secrets-api')]);
});
