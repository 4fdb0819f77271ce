import type { SecretsCalls } from '@strongroom/client';
import { differences, type ExistingSecret } from './compare';
import { faultOfSecret } from './faults';
import type { Naming } from './naming';
import { type Action, Plan, type PlannedSecret } from './plan';
import { currentOf, isUnreadable, type Source, type SourceItem, type SourceSecret } from './source';
import { concurrently, inGroups } from '../concurrency';
import type { Journal } from './support/journal';
import type { Pacer } from './support/pacer';
import { type CurrentValue, existingSecret, ScheduledForDeletion, valueOf } from './target/existing-secret';
import type { KeyMapping } from './target/key-mapping';
import { VersionIds } from './version-ids';

/** As many as one BatchGetSecretValue takes. */
const GROUP = 20;

export type OnConflict = 'skip' | 'update' | 'fail';

export interface PlannerOptions {
  source: Source;
  secrets: SecretsCalls;
  naming: Naming;
  keys: KeyMapping;
  onConflict: OnConflict;
  /** Leave the source's tags behind. */
  withoutTags: boolean;
  /** Groups of secrets that are compared side by side. */
  concurrency: number;
  pacer: Pacer;
  journal?: Journal;
  signal: AbortSignal;
}

interface Candidate {
  planned: PlannedSecret;
  secret: SourceSecret;
  kmsKeyId: string | null | undefined;
}

/** Compares a source with what is here, and writes nothing. */
export class Planner {
  constructor(private readonly options: PlannerOptions) {}

  /** @param told is called after each group with the number of secrets that are compared so far */
  async plan(told: (compared: number) => void = () => {}): Promise<Plan> {
    const { source, journal, concurrency, signal } = this.options;
    const plan = new Plan();
    const isDone = (name: string): boolean => {
      if (!journal?.has(name)) return false;
      plan.add({ name: this.options.naming.nameOf(name), sourceName: name, action: 'done' });
      return true;
    };
    const items = source.secrets((name) => !isDone(name));
    for await (const group of concurrently(inGroups(items, GROUP), concurrency, (each) => this.compare(each))) {
      for (const planned of group) plan.add(planned);
      told(plan.secrets.size);
      signal.throwIfAborted();
    }
    return plan;
  }

  private async compare(items: readonly SourceItem[]): Promise<PlannedSecret[]> {
    await this.options.pacer.turn(items.length);
    const checked = await Promise.all(items.map((item) => this.check(item)));
    const candidates = checked.filter((each): each is Candidate => 'secret' in each);
    const here = await this.currentValues(candidates.map(({ planned }) => planned.name));
    await Promise.all(candidates.map((candidate) => this.decide(candidate, here.get(candidate.planned.name)!)));
    return checked.map((each) => ('secret' in each ? each.planned : each));
  }

  /** What can be said of a secret without looking whether it is here. */
  private async check(item: SourceItem): Promise<Candidate | PlannedSecret> {
    const { naming, keys, withoutTags } = this.options;
    const sourceName = item.name;
    const name = naming.nameOf(sourceName);
    const refused = (why: string): PlannedSecret => ({ name, sourceName, action: 'refused', why });
    if (isUnreadable(item)) return refused(item.unreadable);
    const secret = withoutTags ? { ...item, tags: undefined } : item;
    const fault = naming.faultOf(name) ?? faultOfSecret(secret);
    if (fault !== undefined) return refused(fault);
    const key = await keys.of(secret.kmsKeyId);
    if ('fault' in key) return refused(key.fault);
    return { planned: { name, sourceName, action: 'new' }, secret, kmsKeyId: key.arn };
  }

  private async currentValues(names: readonly string[]): Promise<Map<string, CurrentValue | Unread>> {
    const here = new Map<string, CurrentValue | Unread>();
    if (names.length === 0) return here;
    const { secretValues, errors } = await this.options.secrets.batchGetSecretValue({ secretIdList: [...new Set(names)] });
    for (const version of secretValues) here.set(version.name, { versionId: version.versionId, value: valueOf(version) });
    for (const { secretId, errorCode, message } of errors) here.set(secretId, { errorCode, message });
    return here;
  }

  private async decide({ planned, secret, kmsKeyId }: Candidate, current: CurrentValue | Unread): Promise<void> {
    const refuse = (why: string) => Object.assign(planned, { action: 'refused', why } satisfies Partial<PlannedSecret>);
    if ('errorCode' in current && current.errorCode !== 'ResourceNotFoundException') {
      if (current.errorCode === 'InvalidRequestException') return void refuse(IN_RECOVERY);
      if (current.errorCode === 'AccessDeniedException') {
        return void refuse(
          'You may not read the secret of this name here, so it cannot be compared (secretsmanager:GetSecretValue).',
        );
      }
      return void refuse(`The secret of this name cannot be read here: ${current.message}`);
    }
    // A secret without a value looks like none; only one without a value in the source can be the same.
    if ('errorCode' in current && currentOf(secret) !== undefined) return;
    try {
      const known = 'errorCode' in current ? undefined : current;
      const existing = await existingSecret(this.options.secrets, planned.name, secret, known);
      Object.assign(planned, this.outcome(secret, kmsKeyId, existing));
    } catch (error) {
      if (error instanceof ScheduledForDeletion) return void refuse(IN_RECOVERY);
      if ((error as Error).name !== 'ResourceNotFoundException') throw error;
    }
  }

  private outcome(
    secret: SourceSecret,
    kmsKeyId: string | null | undefined,
    existing: ExistingSecret,
  ): { action: Action; why?: string } {
    const ids = new VersionIds(this.options.source.id, secret.name, '');
    const found = differences(secret, kmsKeyId, existing, ids);
    if (found.length === 0) return { action: 'same' };
    const why = found.map(({ what }) => what).join('; ');
    const current = currentOf(secret);
    const isOurs = current === undefined || existing.current === undefined || existing.current.versionId === ids.of(current);
    if (isOurs && found.every(({ missing }) => missing)) return { action: 'incomplete', why };
    return { action: this.options.onConflict === 'skip' ? 'skipped' : 'changed', why };
  }
}

/** Why there is no value of a secret here. */
interface Unread {
  errorCode: string;
  message: string;
}

const IN_RECOVERY = 'A secret of this name is scheduled for deletion here: restore it, or wait until it is gone.';
