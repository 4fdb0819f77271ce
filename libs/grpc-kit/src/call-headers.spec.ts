import type { IncomingHttpHeaders } from 'node:http2';
import { CallerReference } from '@strongroom/contracts/strongroom/common/v1/common';
import { HeaderHead } from './call-headers';

const head = (headers: IncomingHttpHeaders, rawHeaders: readonly string[] = []) => new HeaderHead(headers, rawHeaders);

const thrown = { kind: 'unauthenticated', message: 'The security token included in the request is invalid.' };
const token = (sent: string, times = 1) =>
  head({ authorization: sent }, Array.from({ length: times }, () => ['authorization', sent]).flat()).bearerToken;

it('reads one bearer token, and takes anything else in its place for one that proves nothing', () => {
  expect(head({}).bearerToken).toBeUndefined();
  expect([token('Bearer abc'), token('bearer abc')]).toEqual(['abc', 'abc']);
  for (const sent of ['', 'Bearer', 'Bearer ', 'Bearer a b', 'Bearer \xe4', 'Basic abc', `Bearer ${'x'.repeat(8_193)}`]) {
    expect(() => token(sent)).toThrow(expect.objectContaining(thrown) as Error);
  }
  expect(() => token('Bearer abc', 2)).toThrow(expect.objectContaining(thrown) as Error);
});

it('reads deadlines of all units, and none of another form', () => {
  const left = (sent: string) => head({ 'grpc-timeout': sent }).deadline(0);
  expect(head({}).deadline(0)).toBe(Infinity);
  expect(['1H', '2M', '3S', '4m', '5000u', '6000000n'].map(left)).toEqual([3_600_000, 120_000, 3_000, 4, 5, 6]);
  expect(left('99999999H')).toBe(99_999_999 * 3_600_000);
  expect(left('0S')).toBe(0);
  expect(['', '1', 'S', '-1S', '1.5S', '123456789S', '1s', ' 1S', '1S1S'].map(left)).toEqual(Array(9).fill(undefined));
});

it('keeps to what may stand in logs and in the trail', () => {
  expect(head({ 'user-agent': 'curl/8 \xe4\x00' }).userAgent).toBe('curl/8 ??');
  expect(head({ 'user-agent': 'x'.repeat(1_000) }).userAgent).toHaveLength(256);
  expect(head({}).userAgent).toBe('');
  expect(head({ 'x-request-id': 'a-1' }).requestId).toBe('a-1');
  for (const sent of ['', 'a b', '\xe4', 'x'.repeat(129)]) expect(head({ 'x-request-id': sent }).requestId).toBeUndefined();
});

it('reads the first of several caller references, and none that is malformed', () => {
  const reference = CallerReference.fromPartial({ credentialId: 'key:AKIA', sourceIp: '203.0.113.9' });
  const bytes = Buffer.from(CallerReference.encode(reference).finish()).toString('base64');
  const sent = head({ 'strongroom-caller-bin': `${bytes}, AwQ=` });
  expect([sent.namesCaller, sent.callerReference()]).toEqual([true, reference]);
  expect(head({ 'strongroom-caller-bin': '%%%' }).callerReference()).toEqual(CallerReference.fromPartial({}));
  const malformed = head({ 'strongroom-caller-bin': '/w==' });
  expect(malformed.namesCaller).toBe(true);
  expect(() => malformed.callerReference()).toThrow('strongroom-caller-bin is not a CallerReference');
  expect(head({}).namesCaller).toBe(false);
});
