import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mountsOf, projectRoot, readComposeFile } from './testing/compose-file';

const { services, networks, volumes, secrets = {} } = readComposeFile('agent-sidecar.yml');
const { agent, orders } = services;
const cluster = readComposeFile();

it('lets the agent read its whole configuration, and listen for its program alone', async () => {
  const app = (await import(join(projectRoot, 'apps/agent/src/config.ts'))) as { readConfig(env: object): unknown };
  expect(app.readConfig(agent!.environment!)).toMatchObject({ address: { host: '127.0.0.1', port: 2773 } });
  expect([agent!.network_mode, agent!.ports, agent!.networks]).toEqual(['service:orders', undefined, undefined]);
});

it('finds the cluster on a network that it has', () => {
  const [name] = Object.keys(networks);
  expect(networks[name!]).toMatchObject({ name: 'strongroom_outside', external: true });
  expect(cluster.networks).toHaveProperty('outside');
  expect(orders!.networks).toEqual([name]);
  const [host] = String(agent!.environment!.STRONGROOM_SECRETS_API_ADDRESS).split(':');
  expect(cluster.services[host!]!.networks).toContain('outside');
});

it('finds every file that it is told of', () => {
  for (const [variable, path] of Object.entries(agent!.environment!)) {
    if (!variable.endsWith('_FILE')) continue;
    const isSecret = Object.keys(secrets).some((name) => path === `/run/secrets/${name}`);
    const isMounted = mountsOf(agent!).some((mount) => String(path).startsWith(`${mount.path}/`) && !mount.readOnly);
    expect([variable, isSecret || isMounted]).toEqual([variable, true]);
  }
  expect(agent!.secrets).toEqual(Object.keys(secrets));
});

it('shares with the program what is in memory, and nothing that the program could change', () => {
  expect(mountsOf(orders!)).toEqual([{ volume: 'agent', path: '/run/agent', readOnly: true }]);
  expect(volumes.agent).toEqual({ driver_opts: { type: 'tmpfs', device: 'tmpfs', o: 'size=16m,mode=0750,uid=1000,gid=1000' } });
});

it('asks for its health by a task that it knows', () => {
  const task = agent!.healthcheck!.test!.at(-1)!;
  expect(agent!.healthcheck!.test).toEqual(['CMD', 'node', '/app/main.js', task]);
  const main = readFileSync(join(projectRoot, 'apps/agent/src/main.ts'), 'utf8');
  expect(main).toMatch(new RegExp(`tasks: \\{ ${task} \\}`));
});

it('takes every right from the containers that they do not need', () => {
  for (const one of Object.values(services)) {
    expect(one).toMatchObject({
      init: true,
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      ulimits: { core: 0 },
      deploy: { resources: { limits: { cpus: expect.any(String), memory: expect.any(String), pids: expect.any(Number) } } },
    });
    expect([one.privileged, one.cap_add]).toEqual([undefined, undefined]);
  }
});
