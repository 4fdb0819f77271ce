import type { Clock } from '@strongroom/clock';
import { type DomainError, isDomainError } from '@strongroom/errors';
import { randomUuid, type RandomSource } from '@strongroom/random';
import type { RotationRules } from '@strongroom/schedule';
import type { SealedValue, Secret } from '../secret';
import { AWSCURRENT, AWSPENDING, AWSPREVIOUS, type Labels } from '../labels';
import { markedForDeletion, tokenTaken } from '../secret-errors';
import type { FoundSecret, SecretReader } from '../secret-reader.port';
import type { LockedSecret, SecretStore, WriteOptions } from '../secret-store.port';
import type { SecretVault } from '../secret-vault';
import type { WriteScope } from '../secret-writer';
import { keyOf, Outdated, placeOf, requireUnchanged, untilSettled } from '../settling';
import { labelChanges, withinLimit } from '../staging-labels';
import { requireRoom } from '../version-retention';
import { incompleteVersion, isUnderWay, type RotationConfiguration, type RotationRequest } from './rotation';
import { rescheduled } from './rotation-calendar';
import { noRotationFunction } from './rotation-errors';
import type { RotationLedger } from './rotation-ledger';
import type { RotationTrail } from './rotation-ports';

export interface RotateSecret {
  token: string;
  /** Undefined: the secret's present one. */
  functionArn?: string;
  /** Undefined: the secret's present ones. */
  rules?: RotationRules;
  /** False: a test. */
  immediately: boolean;
  /** An ARN. */
  initiatedBy: string;
}

export interface Rotate {
  /** Absent if a test was requested and there is no value to test. Rotation is configured anyway. */
  request?: RotationRequest;
  /** An earlier rotation was open: it is attempted again, and no new one was requested. */
  wasIncomplete: boolean;
}

/** The value for a test: that of AWSCURRENT, sealed for the test's version. */
interface Copy {
  of: string;
  sealed: SealedValue;
}

/** Requests rotations: the AWSPENDING version and the request are one transaction. */
export class RotationStarter {
  constructor(
    private readonly reader: SecretReader,
    private readonly store: SecretStore,
    private readonly vault: SecretVault,
    private readonly ledger: RotationLedger,
    private readonly trail: Pick<RotationTrail, 'notStarted'>,
    private readonly clock: Clock,
    private readonly random: RandomSource,
  ) {}

  /**
   * Configures rotation and requests one, or a test. Idempotent by token. The new configuration also applies to an earlier
   * rotation that is attempted again; otherwise a wrong function could never be corrected.
   */
  rotate(found: FoundSecret, wanted: RotateSecret, scope: WriteScope): Promise<Rotate> {
    return untilSettled(this.reader, found, { label: AWSCURRENT }, async ({ secret }) => {
      const copy = wanted.immediately ? undefined : await this.copyForTest(secret, wanted.token, scope);
      return this.store.change(
        secret.id,
        async (locked) => {
          requireUnchanged(secret, locked);
          return this.requested(locked, wanted, copy);
        },
        scope,
      );
    });
  }

  /** Turns rotation off. Returns the version that is AWSPENDING, if one still is. */
  cancel({ id }: Secret, options: WriteOptions): Promise<string | undefined> {
    return this.store.change(
      id,
      async (locked) => {
        const { rotation, deletion } = locked.secret;
        if (deletion) throw markedForDeletion();
        const labels = await this.ledger.stop(locked, { keepPending: true });
        if (rotation) {
          await locked.update({ rotation: { ...rotation, enabled: false, next: undefined }, lastChangedAt: this.clock.now() });
        }
        return labels.get(AWSPENDING);
      },
      options,
    );
  }

  /** Requests the rotation of a due secret. Does nothing if another process is doing so; many may scan at once. */
  async startDue(secretId: number, deadline: number): Promise<RotationRequest | undefined> {
    const options = { deadline, beforeCommit: () => Promise.resolve() };
    return this.store.tryChange(secretId, (locked) => this.due(locked), options);
  }

  private async due(locked: LockedSecret): Promise<RotationRequest | undefined> {
    const { rotation, deletion, labels, arn } = locked.secret;
    const now = this.clock.now();
    if (deletion || !rotation?.next || rotation.next.at > now) return undefined;
    const last = await locked.rotationRequest();
    if (last?.state === 'open') return undefined;
    const error = refusalOfBegin(labels);
    if (error) await this.trail.notStarted(locked.secret, error);
    await locked.update({ rotation: rescheduled(rotation, arn, now), lastChangedAt: now });
    if (error) return undefined;
    const pending = await incomplete(locked, last);
    if (pending !== undefined) return this.reattempt(locked, pending, last, rotation, '');
    return this.begin(locked, randomUuid(this.random), rotation, '');
  }

  private async requested(locked: LockedSecret, wanted: RotateSecret, copy: Copy | undefined): Promise<Rotate> {
    const { labels, arn } = locked.secret;
    const last = await locked.rotationRequest();
    const pending = await incomplete(locked, last);
    // The same call again.
    if (last?.token === wanted.token && last.state !== 'failed' && (pending !== undefined) === (last.state === 'open')) {
      return { request: last, wasIncomplete: false };
    }
    const now = this.clock.now();
    const rotation = rescheduled(configured(locked.secret, wanted), arn, now);
    await locked.update({ rotation, lastChangedAt: now });
    if (pending !== undefined) {
      const request = await this.reattempt(locked, pending, last, rotation, wanted.initiatedBy);
      return { request, wasIncomplete: true };
    }
    if (!wanted.immediately && labels.get(AWSCURRENT) !== copy?.of) throw new Outdated();
    if (!wanted.immediately && !copy) return { wasIncomplete: false };
    const request = await this.begin(locked, wanted.token, rotation, wanted.initiatedBy, copy);
    return { request, wasIncomplete: false };
  }

  private async begin(
    locked: LockedSecret,
    token: string,
    { functionArn }: RotationConfiguration,
    initiatedBy: string,
    copy?: Copy,
  ): Promise<RotationRequest> {
    const { labels, arn } = locked.secret;
    const requestedAt = this.clock.now();
    const changes = labelChanges(labels, withPending(labels, token));
    if (await locked.version(token)) throw tokenTaken(token, arn);
    await requireRoom(locked, requestedAt);
    await locked.addVersion({ versionId: token, createdAt: requestedAt, sealed: copy?.sealed, isCurrent: false });
    await locked.setLabels(changes);
    const request: RotationRequest = {
      token,
      kind: copy ? 'test' : 'rotate',
      state: 'open',
      functionArn,
      attempt: 1,
      requestedAt,
      initiatedBy,
      rotationToken: randomUuid(this.random),
    };
    await locked.putRotationRequest(request);
    return request;
  }

  /** The version stays, so that a server that already has its value is not given another one. */
  private async reattempt(
    locked: LockedSecret,
    pending: string,
    last: RotationRequest | undefined,
    { functionArn }: RotationConfiguration,
    initiatedBy: string,
  ): Promise<RotationRequest> {
    if (last?.state === 'open') return last;
    const known = last?.token === pending ? last : undefined;
    const request: RotationRequest = {
      token: pending,
      kind: 'rotate',
      state: 'open',
      functionArn,
      attempt: (known?.attempt ?? 0) + 1,
      requestedAt: this.clock.now(),
      initiatedBy,
      rotationToken: known?.rotationToken ?? randomUuid(this.random),
    };
    await locked.putRotationRequest(request);
    return request;
  }

  private async copyForTest(secret: Secret, token: string, scope: WriteScope): Promise<Copy | undefined> {
    const current = await this.reader.find(keyOf(secret), { label: AWSCURRENT });
    if (!current?.version?.sealed) return undefined;
    const { versionId, sealed } = current.version;
    const place = placeOf(secret, versionId);
    return {
      of: versionId,
      sealed: await this.vault.reseal(sealed, place, placeOf(secret, token), secret.kmsKeyArn ?? '', scope),
    };
  }
}

const withPending = (labels: Labels, token: string): Labels => new Map(labels).set(AWSPENDING, token);

/** The reason why no rotation can begin now, whatever its token. */
function refusalOfBegin(labels: Labels): DomainError | undefined {
  try {
    withinLimit(labels, withPending(labels, ''));
    return undefined;
  } catch (error) {
    if (isDomainError(error)) return error;
    throw error;
  }
}

/**
 * The version of an incomplete rotation. A version that has been AWSCURRENT does not count, even if it is AWSPENDING again: no
 * rotation restores a value that another one has replaced.
 */
async function incomplete(locked: LockedSecret, last: RotationRequest | undefined): Promise<string | undefined> {
  const { labels } = locked.secret;
  const pending = incompleteVersion(labels);
  if (pending === undefined || (last?.token === pending && isUnderWay(last))) return pending;
  if (labels.get(AWSPREVIOUS) === pending || (await locked.version(pending))?.wasCurrent) return undefined;
  return pending;
}

function configured({ rotation }: Secret, { functionArn, rules }: RotateSecret): RotationConfiguration {
  const chosen = functionArn ?? rotation?.functionArn;
  if (chosen === undefined) throw noRotationFunction();
  return { ...rotation, functionArn: chosen, enabled: true, rules: rules ?? rotation?.rules };
}
