import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

export const projectRoot = resolve(__dirname, '../../../..');

type Condition = 'service_healthy' | 'service_completed_successfully' | 'service_started';

export interface ComposeService {
  image: string;
  build?: { context: string; dockerfile: string; target: string; args?: Record<string, string> };
  command?: string | string[];
  user?: string;
  environment?: Record<string, string | number>;
  volumes?: string[];
  networks?: string[] | Record<string, { aliases?: string[] } | null>;
  network_mode?: string;
  ports?: string[];
  depends_on?: Record<string, { condition: Condition }>;
  healthcheck?: { disable?: boolean; test?: string[] };
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
  deploy: { resources: { limits: { cpus: string; memory: string; pids: number } } };
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

export const readComposeFile = (name = 'docker-compose.yml'): ComposeFile => {
  const source = readFileSync(join(projectRoot, 'docker', name), 'utf8');
  return interpolate(parse(source, { merge: true })) as ComposeFile;
};

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
