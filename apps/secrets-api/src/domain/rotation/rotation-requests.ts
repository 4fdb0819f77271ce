import type { Clock } from '@strongroom/clock';
import type { SecretValue } from '@strongroom/envelope';
import type { Secret } from '../secret';
import { AWSCURRENT, type Labels } from '../labels';
import { markedForDeletion, secretNotFound, versionNotFound } from '../secret-errors';
import type { FoundSecret, SecretReader } from '../secret-reader.port';
import type { SecretKey } from '../secret-reference';
import type { LockedSecret, SecretStore, WriteOptions } from '../secret-store.port';
import type { SecretVault } from '../secret-vault';
import type { WriteScope } from '../secret-writer';
import { keyOf, Outdated, placeOf, requireUnchanged, untilSettled } from '../settling';
import { moveLabel } from '../staging-labels';
import { isUnderWay, type RotationRequest, stateByLabels } from './rotation';
import { pendingIsCurrent, pendingWithoutValue, rotationNotUnderWay, testIsOver } from './rotation-errors';
import type { RotationRequestReader } from './rotation-ports';
import { hasValue, type RotationLedger, withoutPending } from './rotation-ledger';

/** A rotation, and the secret as it is. */
export interface FoundRotation extends FoundSecret {
  request: RotationRequest;
}

/** The operations of rotation workers on requests; each may be repeated. */
export class RotationRequests {
  constructor(
    private readonly reader: SecretReader,
    private readonly requests: RotationRequestReader,
    private readonly store: SecretStore,
    private readonly vault: SecretVault,
    private readonly ledger: RotationLedger,
    private readonly clock: Clock,
  ) {}

  /**
   * Also finds ended ones; `version` is the rotation's own.
   *
   * @throws ResourceNotFoundException for a secret or a version that never existed
   */
  async find(key: SecretKey, token: string): Promise<FoundRotation> {
    const found = await this.reader.find(key, { versionId: token });
    if (!found) throw secretNotFound();
    const request = await this.requests.find(found.secret.id);
    if (request?.token === token) return { ...found, request };
    if (!found.version) throw versionNotFound(token);
    return { ...found, request: endedRequest(found.secret, token, found.version.createdAt) };
  }

  /** A rotation that may still succeed, of a secret that is not being deleted. @throws InvalidRequestException for others */
  async findUnderWay(key: SecretKey, token: string): Promise<FoundRotation> {
    const found = await this.find(key, token);
    if (found.secret.deletion) throw markedForDeletion();
    if (!isUnderWay(found.request)) throw rotationNotUnderWay();
    return found;
  }

  /** Another version of the same secret. */
  async version({ secret }: FoundRotation, versionId: string): Promise<FoundSecret> {
    const found = await this.reader.find(keyOf(secret), { versionId });
    if (!found) throw secretNotFound();
    return found;
  }

  /** Returns false if the version already had a value, which stays. */
  putPending(found: FoundRotation, value: SecretValue, scope: WriteScope): Promise<boolean> {
    const { token } = found.request;
    return untilSettled(this.reader, found, { versionId: token }, async ({ secret, version }) => {
      if (!version) throw rotationNotUnderWay();
      if (version.sealed) return false;
      const sealed = await this.vault.seal(secret.kmsKeyArn ?? '', placeOf(secret, token), value, scope);
      return this.store.change(
        secret.id,
        async (locked) => {
          requireUnchanged(secret, locked);
          await requireUnderWay(locked, token);
          if (await hasValue(locked, token)) throw new Outdated();
          await locked.setValue(token, sealed);
          await locked.update({ lastChangedAt: this.clock.now() });
          return true;
        },
        scope,
      );
    });
  }

  /** Moves AWSCURRENT to the new version. A test simply ends. */
  finish({ id }: Secret, token: string, options: WriteOptions): Promise<void> {
    return this.change(id, options, async (locked) => {
      const { labels } = locked.secret;
      const request = await locked.rotationRequest();
      const isOurs = request?.token === token;
      if (isOurs && request.state === 'complete') return this.tidy(locked, request);
      if (!isOurs || !isUnderWay(request)) {
        if (labels.get(AWSCURRENT) === token) return;
        throw rotationNotUnderWay();
      }
      if (request.kind === 'rotate' && !(await hasValue(locked, token))) throw pendingWithoutValue();
      const after = request.kind === 'rotate' ? finished(labels, token) : withoutPending(labels, request);
      await this.ledger.end(locked, request, 'complete', after);
    });
  }

  /** An attempt that is no longer the last one is not changed. */
  fail({ id }: Secret, token: string, attempt: number, options: WriteOptions): Promise<void> {
    return this.change(id, options, async (locked) => {
      const request = await locked.rotationRequest();
      if (request?.token !== token || request.state !== 'open' || request.attempt !== attempt) return;
      if (request.kind === 'test') {
        await this.ledger.end(locked, request, 'failed', withoutPending(locked.secret.labels, request));
      } else {
        await locked.putRotationRequest({ ...request, state: 'failed' });
      }
    });
  }

  reopen({ id }: Secret, token: string, options: WriteOptions): Promise<RotationRequest> {
    return this.change(id, options, async (locked) => {
      if (locked.secret.deletion) throw markedForDeletion();
      const request = await requireUnderWay(locked, token);
      if (request.state === 'open') return request;
      const reopened: RotationRequest = {
        ...request,
        state: 'open',
        attempt: request.attempt + 1,
        requestedAt: this.clock.now(),
      };
      await locked.putRotationRequest(reopened);
      return reopened;
    });
  }

  /** Rolls back: removes AWSPENDING from the version, and ends its rotation. */
  drop({ id }: Secret, token: string, options: WriteOptions): Promise<void> {
    return this.change(id, options, async (locked) => {
      const { labels } = locked.secret;
      if (labels.get(AWSCURRENT) === token) throw pendingIsCurrent();
      const request = await locked.rotationRequest();
      const after = withoutPending(labels, { token });
      if (request?.token === token && isUnderWay(request)) await this.ledger.end(locked, request, 'abandoned', after);
      else if (after !== labels) await this.ledger.setLabels(locked, after);
    });
  }

  /** A custom function that moved AWSCURRENT itself has left AWSPENDING on the same version. */
  private async tidy(locked: LockedSecret, request: RotationRequest): Promise<void> {
    const { labels } = locked.secret;
    if (labels.get(AWSCURRENT) === request.token) await this.ledger.setLabels(locked, withoutPending(labels, request));
  }

  private change<Result>(id: number, options: WriteOptions, work: (locked: LockedSecret) => Promise<Result>): Promise<Result> {
    return this.store.change(id, work, options);
  }
}

async function requireUnderWay(locked: LockedSecret, token: string): Promise<RotationRequest> {
  const request = await locked.rotationRequest();
  if (request?.token === token && isUnderWay(request)) return request;
  throw request?.token === token && request.kind === 'test' && request.state === 'failed' ? testIsOver() : rotationNotUnderWay();
}

const finished = (labels: Labels, token: string): Labels =>
  withoutPending(moveLabel(labels, { label: AWSCURRENT, from: labels.get(AWSCURRENT), to: token }), { token });

/** What remains known about a rotation after another one has replaced it. */
const endedRequest = ({ labels, rotation }: Secret, token: string, createdAt: Date): RotationRequest => ({
  token,
  kind: 'rotate',
  state: stateByLabels(labels, token),
  functionArn: rotation?.functionArn ?? '',
  attempt: 1,
  requestedAt: createdAt,
  initiatedBy: '',
  rotationToken: '',
});
