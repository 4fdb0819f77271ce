import type { DomainError } from '@strongroom/errors';
import type { CustomerKeyFacts, CustomerKeys, KeyAsker, KeyLastUsage } from './customer-keys.port';
import { DEFAULT_KEY, type FakeDataKeys, kmsError } from './fake-data-keys.testing';

/** The keys of a fake key service as its callers see them. */
export class FakeCustomerKeys implements CustomerKeys {
  /** The error for a question, by the name of the method. */
  readonly failures = new Map<keyof CustomerKeys, DomainError>();
  readonly askers: KeyAsker[] = [];
  usage: KeyLastUsage = {};
  grants = 0;

  constructor(private readonly dataKeys: FakeDataKeys) {}

  async describe(keyId: string, asker: KeyAsker): Promise<CustomerKeyFacts> {
    this.asked('describe', asker);
    const { keys } = this.dataKeys;
    const arns = [DEFAULT_KEY, ...keys.values()];
    const arn =
      keyId === 'alias/aws/secretsmanager' ? DEFAULT_KEY : (keys.get(keyId) ?? arns.find((each) => each.endsWith(keyId)));
    if (arn === undefined) throw kmsError('not-found', 'NotFoundException');
    return { arn, accountId: arn.split(':')[4]!, keyId: arn.slice(-36), materialVersion: this.dataKeys.materialOf(arn) };
  }

  async lastUsage(_keyArn: string, asker: KeyAsker): Promise<KeyLastUsage> {
    this.asked('lastUsage', asker);
    return this.usage;
  }

  async grantCount(_keyArn: string, limit: number, asker: KeyAsker): Promise<number> {
    this.asked('grantCount', asker);
    return Math.min(this.grants, limit);
  }

  async aliasNames(keyArn: string, asker: KeyAsker): Promise<string[]> {
    this.asked('aliasNames', asker);
    return [...this.dataKeys.keys].filter(([, arn]) => arn === keyArn).map(([alias]) => alias);
  }

  async requireReEncryption(keyArn: string, asker: KeyAsker): Promise<void> {
    this.asked('requireReEncryption', asker);
    const failure = this.dataKeys.failures.get(keyArn);
    if (failure) throw failure;
  }

  private asked(method: keyof CustomerKeys, asker: KeyAsker): void {
    this.askers.push(asker);
    const failure = this.failures.get(method);
    if (failure) throw failure;
  }
}
