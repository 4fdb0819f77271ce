import type { SecretValue } from '@strongroom/envelope';
import type { RotatingSecret, RotatingVersion, RotationStage } from '@strongroom/rotation-functions';
import type { RequestKey } from './rotation-request.port';
import type { RotationValues } from './rotation-values.port';

type Versions = ReadonlyMap<RotationStage, RotatingVersion>;

/** The two stages that nearly every step needs are read together; AWSPREVIOUS is seldom needed. */
const together: readonly RotationStage[] = ['AWSCURRENT', 'AWSPENDING'];

/** The secret during one step: each value is read once, and dropped with the step. */
export class OpenSecret implements RotatingSecret {
  private readonly versions = new Map<RotationStage, Promise<Versions>>();
  private readonly masters = new Map<string, Promise<RotatingVersion>>();

  constructor(
    private readonly key: RequestKey,
    private readonly values: RotationValues,
    private readonly signal: AbortSignal,
  ) {}

  get arn(): string {
    return this.key.secretArn;
  }

  async read(stage: RotationStage): Promise<RotatingVersion | undefined> {
    const stages = together.includes(stage) ? together : [stage];
    const read = () => this.values.read(this.key, stages, this.signal);
    return (await once(this.versions, stages[0]!, read)).get(stage);
  }

  readMaster(secretId: string): Promise<RotatingVersion> {
    return once(this.masters, secretId, () => this.values.readMaster(this.key, secretId, this.signal));
  }

  async putPending(value: SecretValue): Promise<boolean> {
    this.versions.delete(together[0]!);
    return this.values.putPending(this.key, value, this.signal);
  }

  /** The secret after the pending version has become AWSCURRENT: from then on its values cannot be read. */
  async afterMove(): Promise<RotatingSecret> {
    const [current, previous] = await Promise.all([this.read('AWSPENDING'), this.read('AWSCURRENT')]);
    const moved: Partial<Record<RotationStage, RotatingVersion>> = { AWSCURRENT: current, AWSPREVIOUS: previous };
    return {
      arn: this.arn,
      read: (stage) => Promise.resolve(moved[stage]),
      readMaster: (secretId) => this.readMaster(secretId),
      putPending: () => Promise.reject(new Error('the rotation is over')),
    };
  }
}

const once = <K, V>(known: Map<K, Promise<V>>, key: K, load: () => Promise<V>): Promise<V> => {
  const existing = known.get(key);
  if (existing) return existing;
  const loading = load();
  known.set(key, loading);
  // A failed read is repeated.
  loading.catch(() => known.delete(key));
  return loading;
};
