import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

export const projectRoot = resolve(__dirname, '../../../..');

type Condition = 'service_healthy' | 'service_completed_successfully' | 'service_started';

export interface ComposeService {
  image: string;
  build?: { context: string; dockerfile: string; target: string; args?: Record<string, string> };
  entrypoint?: string[];
  command?: string | string[];
  user?: string;
  environment?: Record<string, string | number>;
  volumes?: string[];
  networks?: string[] | Record<string, { aliases?: string[] } | null>;
  network_mode?: string;
  ports?: string[];
  depends_on?: Record<string, { condition: Condition }>;
  healthcheck?: { disable?: boolean; test?: string[]; start_period?: string };
  secrets?: string[];
  configs?: { source: string; target: string }[];
  profiles?: string[];
  restart: string;
  init: boolean;
  read_only: boolean;
  privileged?: boolean;
  cap_drop: string[];
  cap_add?: string[];
  security_opt: string[];
  ulimits: { core: number };
  deploy: { resources: { limits: { cpus: string; memory: string; pids: number } }; replicas?: number };
}

export interface ComposeFile {
  services: Record<string, ComposeService>;
  networks: Record<string, { internal?: boolean } | null>;
  volumes: Record<string, unknown>;
  secrets?: Record<string, { file: string }>;
  configs?: Record<string, { file: string }>;
}

/** Texts with `${NAME:-default}` as compose fills it in where no NAME is set. */
const interpolate = (value: unknown): unknown => {
  if (typeof value === 'string')
    return value.replaceAll(/\$\$|\$\{\w+:-([^}]*)\}/g, (whole, fallback: string) => (whole === '$$' ? '$' : fallback));
  if (Array.isArray(value)) return value.map(interpolate);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, interpolate(inner)]));
};

type Part = Record<string, unknown>;

/** Stands in a mapping for compose's tag: it replaces what was there before. */
const OVERRIDE = '!override';
const isMapping = (value: unknown): value is Part => typeof value === 'object' && value !== null && !Array.isArray(value);
/** Lists that a later file replaces; others it adds to. */
const REPLACED = ['command', 'entrypoint', 'test'];
const targetOf = (volume: unknown) => String(volume).split(':')[1];

/** What compose makes of two files, as far as ours use it. */
const merged = (before: unknown, after: unknown, key = ''): unknown => {
  if (isMapping(after) && OVERRIDE in after) {
    return Object.fromEntries(Object.entries(after).filter(([name]) => name !== OVERRIDE));
  }
  if (isMapping(before) && isMapping(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return Object.fromEntries(keys.map((name) => [name, merged(before[name], after[name], name)]));
  }
  if (Array.isArray(before) && Array.isArray(after) && !REPLACED.includes(key)) {
    const kept = key === 'volumes' ? before.filter((one) => !after.some((other) => targetOf(one) === targetOf(other))) : before;
    return [...(kept as unknown[]), ...(after as unknown[])];
  }
  return after ?? before;
};

const readParts = (name: string): Part => {
  const source = readFileSync(join(projectRoot, 'docker', name), 'utf8').replaceAll(`${OVERRIDE} {`, `{ '${OVERRIDE}': true,`);
  const file = interpolate(parse(source, { merge: true })) as Part & { services: Record<string, Part> };
  const services = Object.entries(file.services).map(([service, { extends: from, ...own }]) => {
    const { file: other, service: base } = (from ?? {}) as { file?: string; service?: string };
    return [service, other === undefined ? own : merged((readParts(other).services as Record<string, Part>)[base!], own)];
  });
  return { ...file, services: Object.fromEntries(services) as Record<string, Part> };
};

/** The files that somebody gives compose, in this order. */
export const readComposeFile = (first = 'docker-compose.yml', ...more: string[]): ComposeFile =>
  more.reduce((file: unknown, name) => merged(file, readParts(name)), readParts(first)) as ComposeFile;

export interface Mount {
  volume: string;
  path: string;
  readOnly: boolean;
}

export const mountsOf = ({ volumes = [] }: ComposeService): Mount[] =>
  volumes.map((text) => {
    const [volume = '', path = '', mode] = text.split(':');
    return { volume, path, readOnly: mode === 'ro' };
  });

export const networksOf = ({ networks = [] }: ComposeService): string[] =>
  Array.isArray(networks) ? networks : Object.keys(networks);

/** The names by which this container is found on a network. */
export const namesOn = (name: string, { networks = [] }: ComposeService, network: string): string[] =>
  Array.isArray(networks) ? [name] : [name, ...(networks[network]?.aliases ?? [])];

/** Whether it runs once at each start, and ends. */
export const isTask = ({ restart }: ComposeService): boolean => restart === 'no';

/** What containers wait for, as [who waits, for whom, until when], beside what they should: health, or of a task its end. */
export const waitsOf = (containers: Record<string, ComposeService>) => {
  const waits = Object.entries(containers).flatMap(([name, { depends_on = {} }]) =>
    Object.entries(depends_on).map(([other, { condition }]) => ({ name, other, condition })),
  );
  const due = (other: string): Condition => {
    const container = containers[other];
    if (!container) throw new Error(`somebody waits for ${other}, which does not exist`);
    return isTask(container) ? 'service_completed_successfully' : 'service_healthy';
  };
  return {
    actual: waits.map(({ name, other, condition }) => [name, other, condition]),
    expected: waits.map(({ name, other }) => [name, other, due(other)]),
  };
};
