import { invalidCredential } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type { WatchRotationRequest, WatchRotationResponse } from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { invalidParameter, resourceNotFound, throttled } from '@strongroom/errors';
import { FairShare } from '@strongroom/fairness';
import { serverStream } from '@strongroom/grpc-kit';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunWithTries } from '../domain/run-history.port';
import type { Call, Dependencies } from './dependencies';
import { toRunMessage } from './run-message';
import { openSecret } from './secret-call';

const POLL_MS = 250;
/** The time between two checks whether the caller may still see the secret. */
const RECHECK_MS = 5_000;
/** The time to wait for the run of a version: RotateSecret answers before a worker has begun. */
const BEGINNING_MS = 30_000;
/** The places. Once half are taken, an account has only its share; see `FairShare` for accounts that have none then. */
const WATCHERS = 500;
const VERSION_ID = { min: 32, max: 64 };

/** Polls the database, because any worker may be doing the rotation. */
export const watchRotation = (d: Dependencies) => {
  const places = new FairShare(WATCHERS);

  const recheck = async (call: Call, secretArn: string): Promise<void> => {
    const caller = await d.principals.byCredentialId(call.caller.credentialId);
    if (!caller) throw invalidCredential();
    await d.access.require(call, secretArn, 'DescribeSecret');
  };

  /** @throws ResourceNotFoundException if there is no such run */
  const begun = async (call: Call, secretArn: string, versionId: string | undefined): Promise<RunWithTries> => {
    const until = d.clock.millis() + BEGINNING_MS;
    for (;;) {
      const newest = await d.history.newest(secretArn);
      if (newest && (versionId === undefined || newest.run.versionId === versionId)) return newest;
      if (versionId === undefined) throw resourceNotFound('The secret has not been rotated yet.');
      if (d.clock.millis() >= until || call.signal.aborted) {
        throw resourceNotFound(`No rotation to the version ${versionId} has begun.`);
      }
      await sleep(POLL_MS, undefined, { signal: call.signal }).catch(() => undefined);
    }
  };

  async function* follow(call: Call, first: RunWithTries): AsyncGenerator<WatchRotationResponse> {
    const { runId, secretArn } = first.run;
    let shown = '';
    let checkedAt = d.clock.millis();
    for (let found: RunWithTries | undefined = first; found; found = await d.history.get(runId)) {
      const state = JSON.stringify([found.run.state, found.run.diagnosis, found.tries]);
      if (state !== shown) yield { run: toRunMessage(found) };
      shown = state;
      if (found.run.state !== 'running' || call.signal.aborted) return;
      await sleep(POLL_MS, undefined, { signal: call.signal }).catch(() => undefined);
      if (d.clock.millis() - checkedAt < RECHECK_MS) continue;
      await recheck(call, secretArn);
      checkedAt = d.clock.millis();
    }
  }

  return serverStream<WatchRotationRequest, WatchRotationResponse, Call['caller']>(async function* (
    { secretId, versionId },
    call,
  ) {
    if (versionId !== undefined && (versionId.length < VERSION_ID.min || versionId.length > VERSION_ID.max)) {
      throw invalidParameter(`VersionId must have ${VERSION_ID.min} to ${VERSION_ID.max} characters.`);
    }
    const secretArn = await openSecret(d, call, secretId, 'DescribeSecret');
    const { accountId } = call.caller;
    if (!places.take(accountId)) throw throttled('Your account is watching as many rotations as it may at a time.');
    try {
      const newest = await begun(call, secretArn, versionId);
      await auditOf(call).commit();
      yield* follow(call, newest);
    } finally {
      places.give(accountId);
    }
  });
};
