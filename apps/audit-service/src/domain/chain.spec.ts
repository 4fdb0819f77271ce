import { encodeEvent } from '@strongroom/audit-trail';
import { createHash } from 'node:crypto';
import { chained, emptyChain, link } from './chain';
import { encoded, testEvent } from './trail.testing';

const sha256 = (...parts: (string | Buffer)[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

it('is what its description says, from the first event on', () => {
  const [a, b] = [testEvent({ eventName: 'A' }), testEvent({ eventName: 'B' })];
  const start = sha256('strongroom audit chain 1:000000000000');
  const first = sha256(start, Buffer.from('0000000000000001', 'hex'), encodeEvent(a));
  const second = sha256(first, Buffer.from('0000000000000002', 'hex'), encodeEvent(b));
  expect(link(emptyChain('000000000000'), [a, b].map(encoded))).toEqual([
    { event: a, record: encodeEvent(a), sequence: 1, hash: first },
    { event: b, record: encodeEvent(b), sequence: 2, hash: second },
  ]);
});

it('goes on where it ended', () => {
  const events = [testEvent(), testEvent(), testEvent()].map(encoded);
  const [one, ...rest] = link(emptyChain('000000000000'), events);
  expect(link({ accountId: '000000000000', ...one! }, events.slice(1))).toEqual(rest);
});

it('begins in another way for each account', () => {
  expect(emptyChain('000000000000').hash).not.toEqual(emptyChain('000000000001').hash);
});

it('reads what it wrote', () => {
  const [event] = link(emptyChain('000000000000'), [encoded(testEvent())]);
  expect(chained(event!)).toEqual(event);
});
