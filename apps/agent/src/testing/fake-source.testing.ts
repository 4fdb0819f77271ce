import { ResourceNotFoundException, type SecretChange, type SecretVersion, type StrongroomError } from '@strongroom/client';
import type { SecretReference, SecretSource } from '../secrets/secret-source';

/** A version as GetSecretValue answers it. */
export const versionOf = (secretString: string, more: Partial<SecretVersion> = {}): SecretVersion => ({
  arn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:prod/db-AbCdEf',
  name: 'prod/db',
  versionId: '11111111-1111-4111-8111-111111111111',
  secretString,
  versionStages: ['AWSCURRENT'],
  createdDate: new Date('2026-01-02T03:04:05.678Z'),
  ...more,
});

export const notFound = (): StrongroomError =>
  new ResourceNotFoundException({
    kind: 'not-found',
    reason: 'ResourceNotFoundException',
    message: "Secrets Manager can't find the specified secret.",
    metadata: { request_id: 'request-1' },
  });

/** A source whose secret a test changes. */
export class FakeSource implements SecretSource {
  /** What the next answers are; a function may throw. By secret id. */
  readonly secrets = new Map<string, SecretVersion | (() => SecretVersion | Promise<SecretVersion>)>();
  readonly asked: string[] = [];
  private readonly listeners = new Map<string, Set<(change: SecretChange) => void>>();

  get(reference: SecretReference): Promise<SecretVersion> {
    return this.answer('get', reference);
  }

  refresh(reference: SecretReference): Promise<SecretVersion> {
    return this.answer('refresh', reference);
  }

  subscribe({ secretId }: SecretReference, listener: (change: SecretChange) => void): () => void {
    const own = this.listeners.get(secretId) ?? new Set();
    this.listeners.set(secretId, own.add(listener));
    return () => own.delete(listener);
  }

  subscribers(secretId: string): number {
    return this.listeners.get(secretId)?.size ?? 0;
  }

  change(secretId: string, version: SecretVersion): void {
    this.secrets.set(secretId, version);
    this.tell(secretId, { secretId, kind: 'changed', versionId: version.versionId });
  }

  lose(secretId: string, error = notFound()): void {
    this.secrets.set(secretId, () => {
      throw error;
    });
    this.tell(secretId, { secretId, kind: 'lost', error });
  }

  private tell(secretId: string, change: SecretChange): void {
    for (const listener of [...(this.listeners.get(secretId) ?? [])]) listener(change);
  }

  private async answer(how: string, { secretId }: SecretReference): Promise<SecretVersion> {
    this.asked.push(`${how} ${secretId}`);
    const found = this.secrets.get(secretId);
    if (found === undefined) throw notFound();
    const version = await (typeof found === 'function' ? found() : found);
    // As the cache does: each caller has bytes of its own.
    return { ...version, ...(version.secretBinary && { secretBinary: Buffer.from(version.secretBinary) }) };
  }
}
