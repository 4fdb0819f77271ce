import type { SecretValue } from '@strongroom/envelope';
import { accessDenied } from '@strongroom/errors';
import type { RotatingSecret, RotatingVersion, RotationStage } from './rotating-secret.port';

/** A secret in memory. A test moves its labels like finishSecret. */
export class FakeRotatingSecret implements RotatingSecret {
  readonly arn = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:fake-AbCdEf';
  private readonly versions = new Map<RotationStage, SecretValue>();
  private readonly masters = new Map<string, SecretValue>();
  /** For a worker that dies: storing a pending value is a side effect like any other. */
  killPoint?: { around<T>(effect: () => Promise<T>, what: string): Promise<T> };

  /** Sets a version's value: an object becomes JSON. */
  set(stage: RotationStage, value: object | string): this {
    this.versions.set(stage, valueOf(value));
    return this;
  }

  setMaster(secretId: string, value: object | string): this {
    this.masters.set(secretId, valueOf(value));
    return this;
  }

  /** The fields of a version that holds JSON. */
  fields(stage: RotationStage): Record<string, unknown> {
    const value = this.versions.get(stage);
    if (value?.kind !== 'string') throw new Error(`no ${stage} with a SecretString`);
    return JSON.parse(value.text) as Record<string, unknown>;
  }

  has(stage: RotationStage): boolean {
    return this.versions.has(stage);
  }

  read(stage: RotationStage): Promise<RotatingVersion | undefined> {
    const value = this.versions.get(stage);
    return Promise.resolve(value && { versionId: `version-${stage}`, value });
  }

  readMaster(secretId: string): Promise<RotatingVersion> {
    const value = this.masters.get(secretId);
    if (!value) return Promise.reject(accessDenied("The rotation worker may not read the superuser's secret."));
    return Promise.resolve({ versionId: 'version-master', value });
  }

  putPending(value: SecretValue): Promise<boolean> {
    const put = () => this.put(value);
    return this.killPoint ? this.killPoint.around(put, 'putPending') : put();
  }

  private put(value: SecretValue): Promise<boolean> {
    if (this.versions.has('AWSPENDING')) return Promise.resolve(false);
    this.versions.set('AWSPENDING', value);
    return Promise.resolve(true);
  }

  /** AWSPENDING becomes AWSCURRENT, which becomes AWSPREVIOUS. */
  finish(): void {
    const [current, pending] = [this.versions.get('AWSCURRENT'), this.versions.get('AWSPENDING')];
    if (!current || !pending) throw new Error('nothing to finish');
    this.versions.set('AWSPREVIOUS', current).set('AWSCURRENT', pending).delete('AWSPENDING');
  }

  /** An abandoned rotation: AWSPENDING leaves its version. */
  dropPending(): void {
    this.versions.delete('AWSPENDING');
  }
}

const valueOf = (value: object | string): SecretValue => ({
  kind: 'string',
  text: typeof value === 'string' ? value : JSON.stringify(value),
});
