import {
  InvalidParameterException,
  type PlainValue,
  ResourceExistsException,
  ResourceNotFoundException,
  type StrongroomClient,
} from '@strongroom/client';

interface FakeSecret {
  name: string;
  values: Map<string, PlainValue>;
  /** By label. */
  labels: Map<string, string>;
  tags: Map<string, string>;
  description?: string;
}

type WithValue = PlainValue & { name?: string; secretId?: string; versionStages?: string[]; description?: string };
interface LabelMove {
  secretId: string;
  versionStage: string;
  moveToVersionId?: string;
  removeFromVersionId?: string;
}

const error = (
  Class: typeof ResourceNotFoundException,
  kind: 'not-found' | 'already-exists' | 'invalid-argument',
  message: string,
) => new Class({ kind, reason: Class.name, message });

/** Secrets in memory: versions and labels as the service keeps them, as far as the command line uses them. */
export class FakeSecrets {
  readonly secrets = new Map<string, FakeSecret>();
  /** What was called, in order. */
  readonly calls: string[] = [];
  /** Before a call is answered, as if somebody else were faster. */
  interfere: (call: string) => void = () => undefined;
  private versions = 0;

  /** This, where a client is expected. */
  get client(): StrongroomClient {
    const secrets = new Proxy(this.methods, {
      get: (methods, name: keyof FakeSecrets['methods']) => async (request: never) => {
        this.calls.push(name);
        this.interfere(name);
        return (methods[name] as (request: never) => unknown)(request);
      },
    });
    return { secrets, close: () => undefined } as unknown as StrongroomClient;
  }

  /** A secret whose AWSCURRENT is the last of the values. */
  add(name: string, ...values: (string | Uint8Array)[]): void {
    this.secrets.set(name, { name, values: new Map(), labels: new Map(), tags: new Map() });
    for (const value of values) this.put(name, value);
  }

  put(name: string, value: string | Uint8Array): void {
    this.write(this.find(name), typeof value === 'string' ? { secretString: value } : { secretBinary: value }, ['AWSCURRENT']);
  }

  /** The value of AWSCURRENT, or of another label. */
  value(name: string, label = 'AWSCURRENT'): string | Uint8Array | undefined {
    const secret = this.find(name);
    const { secretString, secretBinary } = secret.values.get(secret.labels.get(label) ?? '') ?? {};
    return secretString ?? secretBinary;
  }

  labels(name: string): string[] {
    return [...this.find(name).labels.keys()].sort();
  }

  private readonly methods = {
    createSecret: ({ name = '', description, ...value }: WithValue) => {
      if (this.secrets.has(name)) throw error(ResourceExistsException, 'already-exists', 'it exists');
      this.secrets.set(name, { name, values: new Map(), labels: new Map(), tags: new Map(), description });
      const hasValue = value.secretString !== undefined || value.secretBinary !== undefined;
      return { name, versionId: hasValue ? this.write(this.find(name), value, ['AWSCURRENT']) : undefined };
    },
    putSecretValue: ({ secretId = '', versionStages = ['AWSCURRENT'], ...value }: WithValue) => ({
      versionId: this.write(this.find(secretId), value, versionStages),
    }),
    updateSecret: ({ secretId = '', description, ...value }: WithValue) => {
      const secret = this.find(secretId);
      secret.description = description ?? secret.description;
      const hasValue = value.secretString !== undefined || value.secretBinary !== undefined;
      return { versionId: hasValue ? this.write(secret, value, ['AWSCURRENT']) : undefined };
    },
    getSecretValue: ({ secretId, versionId, versionStage = 'AWSCURRENT' }: Record<string, string | undefined>) => {
      const { name, values, labels } = this.find(secretId ?? '');
      const id = versionId ?? labels.get(versionStage) ?? '';
      if (!values.has(id)) throw error(ResourceNotFoundException, 'not-found', 'no such version');
      return { arn: name, name, versionId: id, versionStages: [versionStage], createdDate: new Date(0), ...values.get(id) };
    },
    describeSecret: ({ secretId }: { secretId: string }) => {
      const { name, values, labels, tags, description } = this.find(secretId);
      const stages = (id: string) => [...labels].flatMap(([label, holder]) => (holder === id ? [label] : []));
      const versionIdsToStages = Object.fromEntries([...values.keys()].map((id) => [id, { stages: stages(id) }]));
      return { name, arn: name, description, tags: [...tags].map(([key, value]) => ({ key, value })), versionIdsToStages };
    },
    updateSecretVersionStage: ({ secretId, versionStage, moveToVersionId: to, removeFromVersionId: from }: LabelMove) => {
      const { labels } = this.find(secretId);
      const holder = labels.get(versionStage);
      if (from !== undefined ? holder !== from : holder !== undefined && holder !== to) {
        throw error(InvalidParameterException, 'invalid-argument', 'the label is elsewhere');
      }
      if (to === undefined) labels.delete(versionStage);
      else this.label(labels, versionStage, to);
      return { name: secretId };
    },
    tagResource: ({ secretId, tags }: { secretId: string; tags: { key: string; value: string }[] }) => {
      for (const { key, value } of tags) this.find(secretId).tags.set(key, value);
      return {};
    },
    getRandomPassword: ({ passwordLength = 32 }: { passwordLength?: number }) => ({ randomPassword: 'x'.repeat(passwordLength) }),
  };

  private find(name: string): FakeSecret {
    const found = this.secrets.get(name);
    if (found === undefined) throw error(ResourceNotFoundException, 'not-found', 'no such secret');
    return found;
  }

  private write({ values, labels }: FakeSecret, { secretString, secretBinary }: PlainValue, stages: readonly string[]): string {
    const versionId = `version-${String(++this.versions).padStart(24, '0')}`;
    values.set(versionId, { secretString, secretBinary });
    // The first version is always the current one.
    for (const stage of labels.has('AWSCURRENT') ? stages : ['AWSCURRENT', ...stages]) this.label(labels, stage, versionId);
    return versionId;
  }

  private label(labels: Map<string, string>, label: string, versionId: string): void {
    const left = labels.get(label);
    if (label === 'AWSCURRENT' && left !== undefined && left !== versionId) labels.set('AWSPREVIOUS', left);
    labels.set(label, versionId);
  }
}
