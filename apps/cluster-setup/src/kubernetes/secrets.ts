import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import type { Environment } from '@strongroom/config';

/** What Kubernetes mounts for a program that may call its API: token, ca.crt, namespace. */
const ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Milliseconds. */
const TIMEOUT = 15_000;

export type SecretData = Readonly<Record<string, string>>;

export type SecretType = 'Opaque' | 'kubernetes.io/tls';

interface Secret {
  type: SecretType;
  /** In base64. */
  data?: Record<string, string>;
  metadata: { name: string; resourceVersion?: string; labels?: Record<string, string> };
}

interface Answer {
  status: number;
  body: string;
}

/** Secrets in the namespace of this pod. */
export class KubernetesSecrets {
  private readonly ca: string;
  private readonly path: string;
  /** As they were when somebody read them: what is written replaces just that. */
  private readonly known = new Map<string, Secret | undefined>();

  constructor(
    private readonly env: Environment,
    private readonly folder = ACCOUNT_FOLDER,
  ) {
    const read = (file: string) => readFileSync(join(folder, file), 'utf8').trim();
    this.ca = read('ca.crt');
    this.path = `/api/v1/namespaces/${read('namespace')}/secrets`;
  }

  /** Texts by key; undefined if there is no Secret of this name. */
  async read(name: string): Promise<SecretData | undefined> {
    const found = await this.find(name);
    this.known.set(name, found);
    return textsOf(found);
  }

  /**
   * Makes the Secret, or replaces what it holds.
   * @throws Error if somebody else has changed it since it was read here
   */
  async write(name: string, data: SecretData, type: SecretType = 'Opaque'): Promise<void> {
    const present = this.known.has(name) ? this.known.get(name) : await this.find(name);
    if (present && isSame(textsOf(present), data)) return;
    const encoded = Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]));
    const labels = { ...present?.metadata.labels, 'app.kubernetes.io/managed-by': 'strongroom-set-up' };
    // The type of a Secret cannot change.
    const secret: Secret & { apiVersion: string; kind: string } = {
      apiVersion: 'v1',
      kind: 'Secret',
      type: present?.type ?? type,
      metadata: { name, labels, resourceVersion: present?.metadata.resourceVersion },
      data: encoded,
    };
    if (present) await this.call('PUT', `${this.path}/${name}`, secret);
    else await this.call('POST', this.path, secret);
  }

  private async find(name: string): Promise<Secret | undefined> {
    const answer = await this.ask('GET', `${this.path}/${name}`);
    if (answer.status === 404) return undefined;
    return JSON.parse(bodyOf(answer, `GET ${name}`)) as Secret;
  }

  private async call(method: string, path: string, secret: Secret): Promise<void> {
    const answer = await this.ask(method, path, JSON.stringify(secret));
    if (answer.status === 409) throw new Error(`the Secret ${secret.metadata.name} was changed meanwhile: another set-up runs`);
    bodyOf(answer, `${method} ${secret.metadata.name}`);
  }

  private ask(method: string, path: string, body?: string): Promise<Answer> {
    // Read each time: Kubernetes renews it.
    const token = readFileSync(join(this.folder, 'token'), 'utf8').trim();
    const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = this.env;
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json', 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const options = {
        host,
        port,
        method,
        path,
        headers,
        ca: this.ca,
        signal: AbortSignal.timeout(TIMEOUT),
        agent: false,
      } as const;
      const sent = request(options, (response) => {
        response.setEncoding('utf8');
        let text = '';
        response.on('data', (chunk: string) => (text += chunk));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }
}

const textsOf = (secret: Secret | undefined): SecretData | undefined =>
  secret &&
  Object.fromEntries(Object.entries(secret.data ?? {}).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]));

const isSame = (one: SecretData | undefined, other: SecretData): boolean =>
  one !== undefined &&
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(other).every(([key, text]) => one[key] === text);

/** Kubernetes answers with a reason, which names no data. */
const bodyOf = ({ status, body }: Answer, what: string): string => {
  if (status >= 200 && status < 300) return body;
  const { message = '' } = parseOr(body, {}) as { message?: string };
  throw new Error(`Kubernetes answered ${status} to ${what}: ${message}`);
};

const parseOr = (text: string, fallback: unknown): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return fallback;
  }
};
