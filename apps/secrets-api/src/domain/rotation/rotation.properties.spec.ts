import { ManualClock } from '@strongroom/clock';
import { isDomainError } from '@strongroom/errors';
import { SeededRandom } from '@strongroom/random';
import fc from 'fast-check';
import { FakeDataKeys } from '../fake-data-keys.testing';
import { FakeSecretStore } from '../fake-secret-store.testing';
import type { Secret } from '../secret';
import { AWSCURRENT, AWSPENDING, AWSPREVIOUS } from '../labels';
import { SecretLifecycle } from '../secret-lifecycle';
import type { SecretStore } from '../secret-store.port';
import { SecretVault } from '../secret-vault';
import { SecretWriter } from '../secret-writer';
import { keyOf, placeOf } from '../settling';
import { MAX_LABELS } from '../staging-labels';
import { isUnderWay, type RotationRequest } from './rotation';
import { RotationLedger } from './rotation-ledger';
import { RotationRequests } from './rotation-requests';
import { RotationStarter } from './rotation-starter';

const HOUR = 3_600_000;
const VERSIONS = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(32));
const FIRST = 'f'.repeat(32);

/** The rotation of one secret with everything that touches it, on a store in memory. */
async function emptyWorld() {
  const clock = new ManualClock('2026-03-10T12:00:00Z');
  const random = new SeededRandom('rotation');
  const store = new FakeSecretStore();
  const abandoned: RotationRequest[] = [];
  const trail = {
    abandoned: async (_: Secret, request: RotationRequest) => void abandoned.push(request),
    notStarted: async () => undefined,
  };
  const vault = new SecretVault(new FakeDataKeys(), random);
  const ledger = new RotationLedger(clock, trail);
  const all = store as unknown as SecretStore;
  const scope = {
    caller: { credentialId: 'c', sourceIp: '', userAgent: '', requestId: '' },
    accountId: '000000000000',
    deadline: Infinity,
    usedKey: () => undefined,
    beforeCommit: () => Promise.resolve(),
  };
  const value = (text: string) => ({ kind: 'string' as const, text });
  store.add('app/db');
  return {
    clock,
    store,
    abandoned,
    vault,
    scope,
    value,
    writer: new SecretWriter(store, all, vault, ledger, clock),
    lifecycle: new SecretLifecycle(all, ledger, clock),
    starter: new RotationStarter(store, all, vault, ledger, trail, clock, random),
    requests: new RotationRequests(store, store.requests, all, vault, ledger, clock),
  };
}
type World = Awaited<ReturnType<typeof emptyWorld>>;

async function world(): Promise<World> {
  const w = await emptyWorld();
  const place = { secretArn: w.store.get(1).secret.arn, secretVersionId: FIRST };
  const sealed = await w.vault.seal('', place, w.value('first'), w.scope);
  await w.store.change(
    1,
    async (locked) => {
      await locked.addVersion({ versionId: FIRST, createdAt: w.clock.now(), sealed, isCurrent: true });
      await locked.setLabels({ removed: [], set: [{ label: AWSCURRENT, versionId: FIRST }] });
    },
    w.scope,
  );
  return w;
}

const found = async ({ store }: World, versionId?: string) =>
  (await store.find(keyOf(store.get(1).secret), versionId === undefined ? undefined : { versionId }))!;
/** The version of the last rotation, or some other. */
const tokenIn = ({ store }: World, other: string) => store.get(1).request?.token ?? other;

type Move = (w: World) => Promise<unknown>;
const version = fc.constantFrom(...VERSIONS);
const stages = fc.constantFrom(
  [AWSCURRENT],
  [AWSPENDING],
  ['MINE'],
  [AWSCURRENT, AWSPENDING],
  Array.from({ length: 17 }, (_, n) => `MINE-${n}`),
);
const ofRotation = (work: (w: World, token: string) => Promise<unknown>) =>
  version.map(
    (other): Move =>
      (w) =>
        work(w, tokenIn(w, other)),
  );

const rotate =
  (token: string, immediately: boolean): Move =>
  async (w) => {
    const rules = { scheduleExpression: 'rate(1 day)' };
    return w.starter.rotate(await found(w), { token, functionArn: 'f', rules, immediately, initiatedBy: 'me' }, w.scope);
  };
const begin = rotate(VERSIONS[0]!, true);

const moves: fc.Arbitrary<Move> = fc.oneof(
  fc.tuple(version, fc.boolean()).map(([token, immediately]) => rotate(token, immediately)),
  ofRotation(async (w, token) =>
    w.requests.putPending(await w.requests.findUnderWay(keyOf(w.store.get(1).secret), token), w.value('new'), w.scope),
  ),
  ofRotation(async (w, token) => w.requests.finish(w.store.get(1).secret, token, w.scope)),
  ofRotation(async (w, token) => w.requests.fail(w.store.get(1).secret, token, w.store.get(1).request?.attempt ?? 1, w.scope)),
  ofRotation(async (w, token) => w.requests.reopen(w.store.get(1).secret, token, w.scope)),
  ofRotation(async (w, token) => w.requests.drop(w.store.get(1).secret, token, w.scope)),
  fc.tuple(version, stages).map(
    ([token, put]): Move =>
      async (w) =>
        w.writer.putValue(await found(w, token), { token, value: w.value(token), stages: put }, w.scope),
  ),
  ofRotation(async (w, token) =>
    w.writer.putValue(await found(w, token), { token, value: w.value('fn'), stages: [AWSPENDING] }, w.scope),
  ),
  version.map(
    (token): Move =>
      async (w) =>
        w.writer.update(await found(w, token), { token, value: w.value(token) }, w.scope),
  ),
  fc.tuple(fc.constantFrom(AWSCURRENT, AWSPENDING, AWSPREVIOUS), version).map(([label, to]): Move => async (w) => {
    const { secret } = w.store.get(1);
    return w.lifecycle.moveLabel(secret, { label, from: secret.labels.get(label), to }, w.scope);
  }),
  ofRotation(async (w, to) => {
    const { secret } = w.store.get(1);
    return w.lifecycle.moveLabel(secret, { label: AWSCURRENT, from: secret.labels.get(AWSCURRENT), to }, w.scope);
  }),
  fc.constant<Move>((w) => w.starter.cancel(w.store.get(1).secret, w.scope)),
  fc.constant<Move>((w) => w.lifecycle.scheduleDeletion(w.store.get(1).secret, 7, w.scope)),
  fc.constant<Move>((w) => w.lifecycle.restore(w.store.get(1).secret, w.scope)),
  fc.constant<Move>((w) => w.starter.startDue(1, Infinity)),
  fc.integer({ min: 1, max: 40 }).map(
    (hours): Move =>
      async (w) =>
        w.clock.advance(hours * HOUR),
  ),
);

describe.each([
  ['with a value', world],
  ['without a value', emptyWorld],
])('whatever is done to a secret that begins %s, in whatever order', (_what, makeWorld) => {
  it('AWSCURRENT has a value, a rotation under way has AWSPENDING, and none brings back what was current before', async () => {
    let completed = 0;
    let abandoned = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(moves, { minLength: 3, maxLength: 25 }), async (played) => {
        const w = await makeWorld();
        const everCurrent = new Set<string>();
        for (const move of [begin, ...played]) {
          const before = w.store.get(1);
          await move(w).catch((error: unknown) => {
            if (!isDomainError(error) || error.kind === 'internal' || error.kind === 'aborted') throw error;
          });
          const { secret, versions, request } = w.store.get(1);
          const current = versions.get(secret.labels.get(AWSCURRENT) ?? '');
          // Once there is one, there always is.
          expect(current !== undefined).toBe(before.secret.labels.has(AWSCURRENT) || secret.labels.has(AWSCURRENT));
          // The value opens at its place.
          if (current) await w.vault.open(current.sealed!, placeOf(secret, current.versionId), w.scope);
          if (current) everCurrent.add(current.versionId);
          expect(secret.labels.size).toBeLessThanOrEqual(MAX_LABELS);
          if (request && isUnderWay(request)) {
            expect(secret.labels.get(AWSPENDING)).toBe(request.token);
            expect(secret.labels.get(AWSCURRENT)).not.toBe(request.token);
            expect(everCurrent).not.toContain(request.token);
            expect(secret.deletion).toBeUndefined();
          }
          // A version without a value is that of a rotation under way, and of nothing else.
          for (const { versionId, sealed } of versions.values()) {
            if (!sealed) expect([versionId, isUnderWay(request!)]).toEqual([request!.token, true]);
          }
          if (secret.rotation?.enabled && !secret.deletion && secret !== before.secret && request?.state === 'complete') {
            expect(secret.rotation.next!.by.getTime()).toBeGreaterThan(secret.rotation.next!.at.getTime() - 1);
          }
          if (request?.state === 'complete' && before.request?.state !== 'complete') completed++;
        }
        abandoned += w.abandoned.length;
      }),
      { numRuns: 300 },
    );
    // It was not all refusals.
    expect(completed).toBeGreaterThan(20);
    expect(abandoned).toBeGreaterThan(20);
  }, 60_000);
});
