import type { ChangeListener, SecretVersion } from '@strongroom/client';

/** A secret: its current version, or the version that has a stage, an id, or both. */
export interface SecretReference {
  readonly secretId: string;
  readonly versionStage?: string;
  readonly versionId?: string;
}

/** What the agent needs of a SecretCache. */
export interface SecretSource {
  /** From memory, where the value there is current. @throws StrongroomError */
  get(secret: SecretReference): Promise<SecretVersion>;
  /** As the cluster has it now. @throws StrongroomError */
  refresh(secret: SecretReference): Promise<SecretVersion>;
  /** @returns what ends it */
  subscribe(secret: SecretReference, listener: ChangeListener): () => void;
}
