import { setTimeout as delay } from 'node:timers/promises';
import { systemScheduler } from '@strongroom/access';
import { SecretCache, StrongroomClient } from '@strongroom/client';
import type { Shell } from '@strongroom/service';
import { LogSampler } from '@strongroom/telemetry';
import { Counter, Gauge } from 'prom-client';
import type { AgentConfig } from './config';
import { recipeOf } from './files/file-recipe';
import { readFilesConfig } from './files/files-config';
import { fileStates } from './files/kept-file';
import { KeptFiles } from './files/kept-files';
import { startAgentServer } from './http/agent-server';
import { hostsOf } from './http/listen-address';
import { RequestGate } from './http/request-gate';
import { HeldSecrets } from './secrets/held-secrets';
import { LocalToken } from './token/local-token';

const SWEEP_MS = 60_000;

/** Starts the agent: its cache, the files that it keeps, its port. */
export async function startAgent(shell: Shell<AgentConfig>) {
  const { config, clock, random, logger, metrics } = shell;
  const { cache: limits, token, maxConnections } = config;
  const descriptions = config.filesConfig === undefined ? [] : readFilesConfig(config.filesConfig);
  const localToken = LocalToken.open({ ...token, random, clock });
  const client = shell.own('the client', new StrongroomClient(config.client));
  const source = shell.own(
    'the cache',
    new SecretCache(client, {
      maxAgeMs: limits.ttlMs,
      graceMs: limits.graceMs,
      // Beside those for programs: those of files, and room for what cannot be read.
      maxSecrets: 2 * limits.size + descriptions.flatMap((description) => recipeOf(description).references).length,
    }),
  );
  const log = new LogSampler({ logger });
  const secrets = shell.own(
    'the secrets',
    new HeldSecrets({
      source,
      size: limits.size,
      caches: limits.ttlMs > 0,
      clock,
      pause: (milliseconds) => delay(milliseconds, undefined, { ref: false }),
      onLost: (name, error) => log.warn(`lost ${error.reason}`, 'a secret cannot be read any more', { name, code: error.reason }),
      onDefect: (error) => log.error('defect', 'a secret could not be answered', { error }),
    }),
  );
  const sweeping = setInterval(() => secrets.sweep(), SWEEP_MS).unref();
  shell.own('the sweep', sweeping, clearInterval);
  const files = shell.own(
    'the files',
    await KeptFiles.start(descriptions, { source, logger, random, after: (ms, task) => systemScheduler.after(ms, task) }),
  );

  const refusals = new Counter({
    name: 'strongroom_agent_refused_total',
    help: 'Requests that were refused before anybody looked at what they ask for, by reason',
    labelNames: ['reason'],
    registers: [metrics.registry],
  });
  const gate = new RequestGate({
    tokenHeaders: config.tokenHeaders,
    hosts: hostsOf(config.address, config.hosts),
    isToken: (text) => localToken.matches(text),
    maxConnections,
  });
  const server = await startAgentServer({
    address: config.address,
    gate,
    secrets,
    pathPrefix: config.pathPrefix,
    maxConnections,
    onRefused: (reason) => {
      refusals.inc({ reason });
      log.warn(reason, 'a request was refused', { reason });
    },
  });
  shell.onDrain('HTTP', (graceMs) => server.drain(graceMs));
  measure(shell, secrets, files);
  return { port: server.port };
}

function measure({ metrics: { registry } }: Shell<AgentConfig>, secrets: HeldSecrets, files: KeptFiles): void {
  const registers = [registry];
  new Counter({
    name: 'strongroom_agent_hits_total',
    help: 'Answers from memory',
    registers,
    collect() {
      this.reset();
      this.inc(secrets.hits);
    },
  });
  new Counter({
    name: 'strongroom_agent_misses_total',
    help: 'Answers for which the cluster was asked',
    registers,
    collect() {
      this.reset();
      this.inc(secrets.misses);
    },
  });
  new Gauge({
    name: 'strongroom_agent_held_secrets',
    help: 'Secrets that are answered from memory',
    registers,
    collect() {
      this.set(secrets.size);
    },
  });
  new Gauge({
    name: 'strongroom_agent_files',
    help: 'Files that are kept up to date, by what has become of them',
    labelNames: ['state'],
    registers,
    collect() {
      for (const state of fileStates) this.set({ state }, files.count(state));
    },
  });
}
