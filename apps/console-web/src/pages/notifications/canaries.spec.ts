import { canaryReadsOf } from './canaries';

const NOW = Date.parse('2026-11-30T00:00:00Z');
const read = (sequence: number, canary?: string) => ({
  eventId: `e${sequence}`,
  sequence: BigInt(sequence),
  requestParameters: (canary === undefined ? {} : { canary }) as Record<string, string>,
});

it('finds reads of canaries alone, newest first, each once', async () => {
  const asked: object[] = [];
  const events: Record<string, ReturnType<typeof read>[]> = {
    a: [read(9, 'a'), read(7), read(3, 'a')],
    b: [read(9, 'a'), read(5, 'b')],
  };
  const reads = await canaryReadsOf(
    ['a', 'b'],
    async (filter) => {
      asked.push(filter);
      return { events: events[filter.resource] ?? [] };
    },
    NOW,
  );
  expect(reads.map(({ eventId }) => eventId)).toEqual(['e9', 'e5', 'e3']);
  expect(asked).toEqual([
    { resource: 'a', startTime: new Date('2026-10-31T00:00:00Z') },
    { resource: 'b', startTime: new Date('2026-10-31T00:00:00Z') },
  ]);
});

it('asks for at most 20 of them', async () => {
  let count = 0;
  const lookup = async () => ({ events: count++ < 0 ? [read(1)] : [] });
  await canaryReadsOf(
    Array.from({ length: 30 }, (_, at) => String(at)),
    lookup,
    NOW,
  );
  expect(count).toBe(20);
});
