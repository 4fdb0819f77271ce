import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePorts, isRunning, LocalCluster, readIdentity, programNames, stopCluster } from '@strongroom/local-cluster';
import { eventually } from '@strongroom/testing';
import { outcome } from './support/api';
import { BESIDE_THE_CORE, System, text, unique } from './support/system';

let first: System;

beforeAll(async () => {
  first = await System.shared();
});
afterAll(() => first?.stop());

jest.setTimeout(120_000);

it('runs beside another one, with names, data and trust of its own', async () => {
  const second = await System.own({ accountId: '222222222222', region: 'eu-central-1', without: BESIDE_THE_CORE });
  try {
    const name = unique('beside');
    const { arn } = await second.admin.secrets.createSecret({ name, value: text('there') });
    expect(arn).toMatch(/^arn:aws:secretsmanager:eu-central-1:222222222222:secret:/);
    expect(await outcome(first.admin.secrets.describeSecret({ secretId: name }))).toBe('not-found ResourceNotFoundException');
    // The administrator of one is nobody to the other, although their URIs are the same.
    const stranger = second.connect({ certificate: first.cluster.adminCertificate });
    expect(await outcome(stranger.secrets.getRandomPassword())).toMatch(/^unauthenticated|^unavailable/);
    for (const service of programNames) expect(await first.cluster.isServing(service)).toBe(true);
  } finally {
    await second.stop();
  }
  expect(await outcome(first.admin.secrets.getRandomPassword())).toBe('ok');
});

it('cleans up what a killed start left behind, keeps its data, and stops without a trace', async () => {
  const home = mkdtempSync(join(tmpdir(), 'strongroom-killed-'));
  const run = join(home, 'run');
  const recorded = () =>
    readdirSync(run)
      .filter((file) => file.endsWith('.pid'))
      .map((file) => readIdentity(join(run, file))!);
  const options = { home, basePort: await findFreePorts(50), without: BESIDE_THE_CORE };
  const script = `
    import { createRequire } from 'node:module';
    import { resolve } from 'node:path';
    import { bundle } from './tools/bundling.mjs';
    // A bundle finds its packages from where it lies.
    const file = await bundle('libs/local-cluster/src/index.ts', resolve('dist/start-of-a-test.js'));
    await createRequire(resolve('dist/start.js'))(file).LocalCluster.start(${JSON.stringify(options)});
  `;
  const starter = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
  try {
    await eventually('the start has come to the services', async () => recorded().length >= 3, 60_000, 10);
    const gone = once(starter, 'exit');
    starter.kill('SIGKILL');
    await gone;
    const left = recorded().filter(isRunning);
    expect(left.length).toBeGreaterThan(0);

    const start = performance.now();
    const cluster = await LocalCluster.start(options);
    console.log(`started over what was left in ${Math.round(performance.now() - start)} ms`);
    expect(left.filter(isRunning)).toEqual([]);
    const system = new System(cluster, () => cluster.stop());
    const secretId = await system.secret('kept');
    await system.stop();
    expect(recorded().filter(isRunning)).toEqual([]);

    const warm = performance.now();
    const again = new System(await LocalCluster.start(options), async () => {});
    console.log(`warm start in ${Math.round(performance.now() - warm)} ms`);
    expect((await again.admin.secrets.getSecretValue({ secretId })).value).toEqual(text('kept'));
    await again.stop();
    const pids = recorded();
    expect(await stopCluster(home)).toBeGreaterThan(0);
    expect(pids.filter(isRunning)).toEqual([]);
  } finally {
    starter.kill('SIGKILL');
    await stopCluster(home);
    rmSync(home, { recursive: true, force: true });
  }
});
