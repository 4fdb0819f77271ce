import { type SecretsCalls, ResourceNotFoundException } from '@strongroom/client';

/** The vendor of the keys: put calls of your vendor's API here. */
export interface Vendor {
  /** Makes the vendor accept this key in addition to its present ones; repeating it changes nothing. */
  accept(key: string): Promise<void>;
  /** Resolves when the key logs in. */
  check(key: string): Promise<void>;
}

export interface StepEvent {
  step: string;
  /** The secret's ARN. */
  secretId: string;
  /** The id of the version that will become AWSCURRENT. */
  clientRequestToken: string;
}

type Secrets = Pick<
  SecretsCalls,
  'getSecretValue' | 'putSecretValue' | 'describeSecret' | 'updateSecretVersionStage' | 'getRandomPassword'
>;

/**
 * Rotates an API key: the four steps as AWS describes them for rotation functions. Each can be repeated after a crash at any
 * point. The function reads and writes the secret as its own caller; it needs secretsmanager:DescribeSecret, GetSecretValue,
 * PutSecretValue, UpdateSecretVersionStage and GetRandomPassword.
 */
export class ApiKeyRotation {
  constructor(
    private readonly secrets: Secrets,
    private readonly vendor: Vendor,
  ) {}

  async run({ step, secretId, clientRequestToken: token }: StepEvent): Promise<void> {
    switch (step) {
      case 'createSecret':
        return this.create(secretId, token);
      case 'setSecret':
        return this.vendor.accept(await this.pendingKey(secretId, token));
      case 'testSecret':
        return this.vendor.check(await this.pendingKey(secretId, token));
      case 'finishSecret':
        return this.finish(secretId, token);
      default:
        throw new RangeError(`no step ${step}`);
    }
  }

  private async create(secretId: string, token: string): Promise<void> {
    try {
      await this.pendingKey(secretId, token);
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error;
      const { randomPassword } = await this.secrets.getRandomPassword({ passwordLength: 40n, excludePunctuation: true });
      await this.secrets.putSecretValue({
        secretId,
        clientRequestToken: token,
        versionStages: ['AWSPENDING'],
        secretString: JSON.stringify({ apiKey: randomPassword }),
      });
    }
  }

  private async finish(secretId: string, token: string): Promise<void> {
    const { versionIdsToStages } = await this.secrets.describeSecret({ secretId });
    const isCurrent = ([, { stages }]: [string, { stages: string[] }]) => stages.includes('AWSCURRENT');
    const current = Object.entries(versionIdsToStages).find(isCurrent)?.[0];
    if (current === token) return;
    await this.secrets.updateSecretVersionStage({
      secretId,
      versionStage: 'AWSCURRENT',
      moveToVersionId: token,
      removeFromVersionId: current,
    });
  }

  private async pendingKey(secretId: string, token: string): Promise<string> {
    const { secretString = '' } = await this.secrets.getSecretValue({ secretId, versionId: token, versionStage: 'AWSPENDING' });
    const { apiKey } = JSON.parse(secretString) as { apiKey: string };
    return apiKey;
  }
}
