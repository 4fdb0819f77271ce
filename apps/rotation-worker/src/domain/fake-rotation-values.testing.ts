import type { SecretValue } from '@strongroom/envelope';
import { accessDenied, invalidRequest } from '@strongroom/errors';
import type { RotatingVersion, RotationStage } from '@strongroom/rotation-functions';
import type { RequestKey } from './rotation-request.port';
import type { RotationValues } from './rotation-values.port';
import type { FakeRotationRequests } from './fake-rotation-requests.testing';

/** Values as secrets-api hands them out: while the rotation may still succeed, and no longer. */
export class FakeRotationValues implements RotationValues {
  private readonly pending = new Map<string, SecretValue>();

  constructor(private readonly requests: FakeRotationRequests) {}

  async read(key: RequestKey, stages: readonly RotationStage[]): Promise<ReadonlyMap<RotationStage, RotatingVersion>> {
    this.requireUnderWay(key);
    const found = new Map<RotationStage, RotatingVersion>();
    for (const stage of stages) {
      const version = this.version(key, stage);
      if (version) found.set(stage, version);
    }
    return found;
  }

  private version(key: RequestKey, stage: RotationStage): RotatingVersion | undefined {
    if (stage === 'AWSPENDING') {
      const value = this.pending.get(key.token);
      return value && { versionId: key.token, value };
    }
    return stage === 'AWSCURRENT' ? { versionId: 'version-before', value: { kind: 'string', text: 'old' } } : undefined;
  }

  readMaster(): Promise<RotatingVersion> {
    return Promise.reject(accessDenied('no such permission'));
  }

  async putPending(key: RequestKey, value: SecretValue): Promise<boolean> {
    this.requireUnderWay(key);
    if (this.pending.has(key.token)) return false;
    this.pending.set(key.token, value);
    return true;
  }

  private requireUnderWay(key: RequestKey): void {
    const { state } = this.requests.of(key);
    if (state !== 'open' && state !== 'failed') throw invalidRequest('the rotation is not under way');
  }
}
