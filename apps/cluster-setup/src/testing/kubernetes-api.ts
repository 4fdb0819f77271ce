import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CertificateAuthority } from '@strongroom/local-cluster';
import { KubernetesSecrets } from '../kubernetes/secrets';

interface StoredSecret {
  type: string;
  data: Record<string, string>;
  metadata: { name: string; resourceVersion?: string };
}

const TOKEN = 'token-of-the-set-up';
const NAMESPACE = 'vault';

/** The part of Kubernetes' API server that knows Secrets, with its rules for versions and types. */
export class KubernetesApi {
  readonly stored = new Map<string, StoredSecret>();
  private version = 0;

  private constructor(
    private readonly server: Server,
    private readonly folder: string,
  ) {}

  /** Writes into `folder` what a pod would have mounted. */
  static async start(folder: string): Promise<KubernetesApi> {
    const authority = await CertificateAuthority.create();
    const { certificate, key } = await authority.issue({ uri: 'spiffe://k8s/api', ipAddresses: ['127.0.0.1'] });
    for (const [file, content] of Object.entries({ 'ca.crt': authority.pem, token: TOKEN, namespace: NAMESPACE }))
      writeFileSync(join(folder, file), content);
    const server = createServer({ cert: certificate, key });
    const api = new KubernetesApi(server, folder);
    server.on('request', (request, response) => {
      void text(request).then((body) => {
        const [status, answer] = api.answer(request.headers.authorization, request.method!, request.url!, body);
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  client(): KubernetesSecrets {
    const { port } = this.server.address() as AddressInfo;
    return new KubernetesSecrets({ KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: `${port}` }, this.folder);
  }

  /** The texts of a Secret. */
  textsOf(name: string): Record<string, string> {
    const data = Object.entries(this.stored.get(name)?.data ?? {});
    return Object.fromEntries(data.map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
  }

  stop(): Promise<unknown> {
    return new Promise((resolve) => this.server.close(resolve));
  }

  private answer(authorization: string | undefined, method: string, url: string, body: string): [number, object] {
    if (authorization !== `Bearer ${TOKEN}`) return [401, { message: 'Unauthorized' }];
    const [, name] = new RegExp(`^/api/v1/namespaces/${NAMESPACE}/secrets(?:/([a-z0-9.-]+))?$`).exec(url) ?? [];
    const present = this.stored.get(name ?? '');
    if (method === 'GET') return present ? [200, present] : [404, { message: `secrets "${name}" not found` }];
    const secret = JSON.parse(body) as StoredSecret;
    if (method === 'POST') {
      if (this.stored.has(secret.metadata.name)) return [409, { message: 'already exists' }];
    } else if (!present) return [404, { message: 'not found' }];
    else if (present.metadata.resourceVersion !== secret.metadata.resourceVersion)
      return [409, { message: 'the object has been modified' }];
    else if (present.type !== secret.type) return [422, { message: 'type: field is immutable' }];
    const keys = Object.keys(secret.data);
    if (keys.some((key) => !/^[-._a-zA-Z0-9]+$/.test(key))) return [422, { message: 'data: invalid key' }];
    if (secret.type === 'kubernetes.io/tls' && !['tls.crt', 'tls.key'].every((key) => keys.includes(key)))
      return [422, { message: 'data: tls.crt and tls.key are required' }];
    this.stored.set(secret.metadata.name, { ...secret, metadata: { ...secret.metadata, resourceVersion: `${++this.version}` } });
    return [method === 'POST' ? 201 : 200, secret];
  }
}
