import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { projectRoot } from './compose-file';

export const chartFolder = join(projectRoot, 'docker/helm/strongroom');

export const readInChart = (file: string): string => readFileSync(join(chartFolder, file), 'utf8');

/** What services.yaml says of a service. */
export interface ServiceFacts {
  address: string;
  schema?: string;
  redis?: boolean;
  journal?: 'producer' | 'reader';
  rootKey?: boolean;
  calls: string[];
  door?: boolean;
  outside?: boolean;
}

export const readFacts = (): Record<string, ServiceFacts> => parse(readInChart('services.yaml')) as Record<string, ServiceFacts>;

/** The sources of everything that the chart renders, by file. */
export const readTemplates = (): Map<string, string> =>
  new Map(
    ['values.yaml', 'services.yaml', ...readdirSync(join(chartFolder, 'templates')).map((name) => `templates/${name}`)].map(
      (file) => [file, readInChart(file)],
    ),
  );

export interface Container {
  name: string;
  image: string;
  command?: string[];
  args?: string[];
  env?: { name: string; value: string }[];
  ports?: { name: string; containerPort: number }[];
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
  resources?: { limits?: Record<string, unknown>; requests?: Record<string, unknown> };
  securityContext?: Record<string, unknown>;
}

export interface SecretSource {
  name: string;
  items?: { key: string; path: string }[];
  optional?: boolean;
}

export interface Volume {
  name: string;
  projected?: { sources: { secret?: SecretSource; serviceAccountToken?: object }[] };
  [kind: string]: unknown;
}

export interface PodSpec {
  automountServiceAccountToken?: boolean;
  securityContext?: Record<string, unknown>;
  initContainers?: Container[];
  containers: Container[];
  volumes?: Volume[];
  [field: string]: unknown;
}

export interface Peer {
  podSelector?: { matchLabels: Record<string, string> };
  namespaceSelector?: object;
  ipBlock?: object;
}

export interface PolicyRule {
  from?: Peer[];
  to?: Peer[];
  ports?: { port: number }[];
}

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels: Record<string, string>; annotations?: Record<string, string> };
  // What is in it depends on the kind.
  spec: Record<string, never>;
  rules?: { resourceNames?: string[]; verbs: string[] }[];
}

const helm = (...words: string[]): string => execFileSync('helm', words, { encoding: 'utf8', stdio: 'pipe' });

/** As on a command line: `--set=<path>=<JSON>` for each. */
const settings = (values: object): string[] =>
  Object.entries(values).map(([path, value]) => `--set-json=${path}=${JSON.stringify(value)}`);

export const lint = (values: object): string => helm('lint', '--strict', chartFolder, ...settings(values));

const remembered = <Made>(make: (values: object) => Made): ((values: object) => Made) => {
  const known = new Map<string, Made>();
  return (values) => {
    const key = JSON.stringify(values);
    const made = known.has(key) ? known.get(key)! : make(values);
    known.set(key, made);
    return made;
  };
};

/** The manifests as text. @throws Error with what helm said */
export const renderText = remembered((values) => {
  // A helm that was built without its Makefile takes Kubernetes for an old one.
  const options = ['--namespace=vault', '--kube-version=1.27.0'];
  return helm('template', 'release', chartFolder, ...options, ...settings(values));
});

export const render = remembered((values): Manifest[] =>
  parseAllDocuments(renderText(values))
    .map((document) => {
      if (document.errors.length > 0) throw document.errors[0]!;
      return document.toJS() as Manifest | null;
    })
    .filter((manifest) => manifest !== null),
);

/** The pod that a manifest makes; undefined for those that make none. */
export const podOf = ({ kind, spec }: Manifest): PodSpec | undefined => {
  const template = (holder: { template: { spec: PodSpec } }) => holder.template.spec;
  if (kind === 'CronJob')
    return template((spec as unknown as { jobTemplate: { spec: { template: { spec: PodSpec } } } }).jobTemplate.spec);
  return kind === 'Deployment' || kind === 'Job' ? template(spec as unknown as { template: { spec: PodSpec } }) : undefined;
};
