import { bearerTokenOf, callerReferenceOf, deadlineOf, requestIdOf, userAgentOf } from './call-headers';

const thrown = { kind: 'unauthenticated', message: 'The security token included in the request is invalid.' };
const token = (sent: string, times = 1) =>
  bearerTokenOf({ authorization: sent }, Array.from({ length: times }, () => ['authorization', sent]).flat());

it('reads one bearer token, and takes anything else in its place for one that proves nothing', () => {
  expect(bearerTokenOf({}, [])).toBeUndefined();
  expect([token('Bearer abc'), token('bearer abc')]).toEqual(['abc', 'abc']);
  for (const sent of ['', 'Bearer', 'Bearer ', 'Bearer a b', 'Bearer \xe4', 'Basic abc', `Bearer ${'x'.repeat(8_193)}`]) {
    expect(() => token(sent)).toThrow(expect.objectContaining(thrown) as Error);
  }
  expect(() => token('Bearer abc', 2)).toThrow(expect.objectContaining(thrown) as Error);
});

it('reads deadlines of all units, and none of another form', () => {
  const left = (sent: string) => deadlineOf({ 'grpc-timeout': sent }, 0);
  expect(deadlineOf({}, 0)).toBe(Infinity);
  expect(['1H', '2M', '3S', '4m', '5000u', '6000000n'].map(left)).toEqual([3_600_000, 120_000, 3_000, 4, 5, 6]);
  expect(left('99999999H')).toBe(99_999_999 * 3_600_000);
  expect(left('0S')).toBe(0);
  expect(['', '1', 'S', '-1S', '1.5S', '123456789S', '1s', ' 1S', '1S1S'].map(left)).toEqual(Array(9).fill(undefined));
});

it('keeps to what may stand in logs and in the trail', () => {
  expect(userAgentOf({ 'user-agent': 'curl/8 \xe4\x00' })).toBe('curl/8 ??');
  expect(userAgentOf({ 'user-agent': 'x'.repeat(1_000) })).toHaveLength(256);
  expect(userAgentOf({})).toBe('');
  expect(requestIdOf({ 'x-request-id': 'a-1' })).toBe('a-1');
  for (const sent of ['', 'a b', '\xe4', 'x'.repeat(129)]) expect(requestIdOf({ 'x-request-id': sent })).toBeUndefined();
});

it('reads the first of several caller references, and bytes of whatever was sent', () => {
  expect(callerReferenceOf({ 'strongroom-caller-bin': 'AQI=, AwQ=' })).toEqual(Buffer.from([1, 2]));
  expect(callerReferenceOf({ 'strongroom-caller-bin': '%%%' })).toEqual(Buffer.alloc(0));
});
