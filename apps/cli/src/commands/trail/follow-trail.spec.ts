import { AccessDeniedException, type AuditCalls, type Event, ServiceUnavailableException } from '@strongroom/client';
import { Event as EventMessage } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { followTrail } from './follow-trail';

const event = (sequence: number): Event => EventMessage.fromPartial({ sequence: BigInt(sequence), eventName: `e${sequence}` });
const unavailable = () =>
  new ServiceUnavailableException({ kind: 'unavailable', reason: 'ServiceUnavailableException', message: 'away' });
const denied = () => new AccessDeniedException({ kind: 'permission-denied', reason: 'AccessDeniedException', message: 'no' });

/** A trail whose streams end as told, each with what it was asked for. */
const trailOf = (...streams: ((after: bigint) => (Event | Error)[])[]) => {
  const asked: bigint[] = [];
  const audit: Pick<AuditCalls, 'streamEvents'> = {
    async *streamEvents(request = {}) {
      const after = request.afterSequence as bigint;
      asked.push(after);
      for (const item of streams[asked.length - 1]?.(after) ?? []) {
        if (item instanceof Error) throw item;
        yield item;
      }
    },
  };
  return { audit, asked };
};

const collect = async (audit: Pick<AuditCalls, 'streamEvents'>, count: number, pause = async () => {}) => {
  const ending = new AbortController();
  const seen: number[] = [];
  for await (const { sequence } of followTrail(audit, { after: 5n, signal: ending.signal, pause })) {
    if (seen.push(Number(sequence)) === count) ending.abort();
  }
  return seen;
};

it('goes on after the last event when the connection breaks, without gaps and repeats', async () => {
  const { audit, asked } = trailOf(
    () => [event(6), event(7), unavailable()],
    () => [unavailable()],
    // Even from a server that repeats itself.
    () => [event(7), event(8)],
    () => [event(9)],
  );
  expect(await collect(audit, 4)).toEqual([6, 7, 8, 9]);
  expect(asked).toEqual([5n, 7n, 7n, 8n]);
});

it('waits longer each time that nothing comes', async () => {
  const { audit } = trailOf(
    () => [unavailable()],
    () => [unavailable()],
    () => [event(6), unavailable()],
    () => [event(7)],
  );
  const attempts: number[] = [];
  const ending = new AbortController();
  const pause = async (attempt: number) => void attempts.push(attempt);
  for await (const { sequence } of followTrail(audit, { after: 5n, signal: ending.signal, pause }))
    if (sequence === 7n) ending.abort();
  expect(attempts).toEqual([0, 1, 0]);
});

it('ends with an error that no repetition mends', async () => {
  const { audit, asked } = trailOf(() => [event(6), denied()]);
  await expect(collect(audit, 2)).rejects.toThrow('no');
  expect(asked).toEqual([5n]);
});
