import { type StandInAnswer, type StandInRequest, StandInServer } from './stand-in.server';

interface VaultVersion {
  /** Undefined: destroyed. The text of a JSON object. */
  data?: string;
  createdTime: string;
  deletionTime: string;
}

interface VaultSecret {
  versions: VaultVersion[];
  customMetadata: Record<string, string> | null;
}

export interface VaultServerOptions {
  token: string;
  namespace?: string;
  mount?: string;
  /** Lists in pages, as OpenBao does since 2.0; Vault ignores `limit` and `after`. */
  paginates?: boolean;
}

/** Plays the HTTP API of a KV engine, version 2, of Vault and OpenBao: lists, data and metadata, for one token. */
export class VaultServer extends StandInServer {
  private readonly secrets = new Map<string, VaultSecret>();
  private readonly forbidden = new Set<string>();
  private written = 0;

  constructor(private readonly options: VaultServerOptions) {
    super();
  }

  /** Adds a version. `data` is an object, or the text of one. */
  put(path: string, data: object | string, customMetadata?: Record<string, string>): void {
    const secret = this.secrets.get(path) ?? { versions: [], customMetadata: null };
    if (customMetadata !== undefined) secret.customMetadata = customMetadata;
    const createdTime = new Date(Date.UTC(2026, 0, 1) + this.written++).toISOString().replace('Z', '123456Z');
    secret.versions.push({ data: typeof data === 'string' ? data : JSON.stringify(data), createdTime, deletionTime: '' });
    this.secrets.set(path, secret);
  }

  /** Deletes a version so that it could be restored. */
  delete(path: string, version: number): void {
    this.secrets.get(path)!.versions[version - 1]!.deletionTime = '2026-02-01T00:00:00.000000Z';
  }

  destroy(path: string, version: number): void {
    this.secrets.get(path)!.versions[version - 1]!.data = undefined;
  }

  /** Removes a secret with all its versions. */
  remove(path: string): void {
    this.secrets.delete(path);
  }

  /** No policy of the token allows this path: a secret, or a folder with `/` at its end. */
  forbid(path: string): void {
    this.forbidden.add(path);
  }

  protected answer({ method, path, query, headers }: StandInRequest): StandInAnswer {
    const { token, namespace = '', mount = 'secret', paginates } = this.options;
    if (headers['x-vault-token'] !== token) return { status: 403, body: { errors: ['permission denied'] } };
    const [, kind, rest] = new RegExp(`^/v1/${mount}/(data|metadata)/(.*)$`).exec(decodeURIComponent(path)) ?? [];
    if (kind === undefined || (headers['x-vault-namespace'] ?? '') !== namespace) {
      return { status: 404, body: { errors: [`no handler for route "${path}". route entry not found.`] } };
    }
    if (this.forbidden.has(rest!)) return { status: 403, body: { errors: ['1 error occurred:\n\t* permission denied\n\n'] } };
    if (kind === 'data') return this.read(rest!, query.get('version'));
    if (method === 'LIST' || query.get('list') === 'true') return this.list(rest!, paginates ? query : new URLSearchParams());
    return this.metadata(rest!);
  }

  private list(folder: string, query: URLSearchParams): StandInAnswer {
    const keys = new Set<string>();
    for (const path of this.secrets.keys()) {
      if (!path.startsWith(folder)) continue;
      const [first, ...more] = path.slice(folder.length).split('/');
      keys.add(more.length > 0 ? `${first}/` : first!);
    }
    const after = query.get('after') ?? '';
    const limit = Number(query.get('limit') ?? 0) || Infinity;
    const page = [...keys].sort().filter((key) => key > after);
    if (keys.size === 0) return { status: 404, body: { errors: [] } };
    return { status: 200, body: { data: { keys: page.slice(0, limit) } } };
  }

  private read(path: string, wanted: string | null): StandInAnswer {
    const secret = this.secrets.get(path);
    const number = wanted === null || wanted === '0' ? secret?.versions.length : Number(wanted);
    const version = secret?.versions[(number ?? 0) - 1];
    if (version === undefined) return { status: 404, body: { errors: [] } };
    const isGone = version.data === undefined || version.deletionTime !== '';
    const metadata = { ...metadataOf(version), version: number, custom_metadata: secret!.customMetadata };
    const body = `{"request_id":"x","data":{"data":${isGone ? 'null' : version.data},"metadata":${JSON.stringify(metadata)}},"warnings":null}`;
    return { status: isGone ? 404 : 200, body };
  }

  private metadata(path: string): StandInAnswer {
    const secret = this.secrets.get(path);
    if (secret === undefined) return { status: 404, body: { errors: [] } };
    const versions = Object.fromEntries(secret.versions.map((version, index) => [String(index + 1), metadataOf(version)]));
    return {
      status: 200,
      body: { data: { current_version: secret.versions.length, custom_metadata: secret.customMetadata, versions } },
    };
  }
}

const metadataOf = ({ createdTime, deletionTime, data }: VaultVersion) => ({
  created_time: createdTime,
  deletion_time: deletionTime,
  destroyed: data === undefined,
});
