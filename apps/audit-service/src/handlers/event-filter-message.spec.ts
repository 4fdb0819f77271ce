import { EventFilter } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { filterParameters, parseFilter } from './event-filter-message';

/** As it comes from the wire: a varint of 64 bits in seconds. */
const withSeconds = (field: 1 | 2, varint: string) => {
  const time = Buffer.from(`08${varint}`, 'hex');
  return EventFilter.decode(Buffer.concat([Buffer.from([(field << 3) | 2, time.length]), time]));
};

it.each([
  ['2^63 - 1', 'ffffffffffffffff7f'],
  ['-2^63', '80808080808080808001'],
  ['the second after the year 9999', '8083d1ffaf07'],
  ['the second before the year 1', 'ff91b8c398feffffff01'],
])('takes no time at %s', (_name, varint) => {
  expect(() => parseFilter(withSeconds(1, varint))).toThrow('filter.start_time must be from the year 1 to the year 9999.');
  expect(() => parseFilter(withSeconds(2, varint))).toThrow('filter.end_time must be from the year 1 to the year 9999.');
});

it('takes any time that a Timestamp can have, and names it in the event of the lookup', () => {
  const [first, last] = [new Date('0001-01-01T00:00:00Z'), new Date('9999-12-31T23:59:59Z')];
  const filter = parseFilter(EventFilter.fromPartial({ startTime: first, endTime: last, eventName: 'Decrypt' }));
  expect(filterParameters(filter)).toEqual([
    ['startTime', first.toISOString()],
    ['endTime', last.toISOString()],
    ['eventName', 'Decrypt'],
  ]);
});
