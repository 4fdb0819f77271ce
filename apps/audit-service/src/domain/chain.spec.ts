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

it('keeps the hashes of trails from before events told of sessions', () => {
  const event = testEvent({ eventId: '01890a5d-ac96-774b-bcce-b302099a8057', requestId: 'request-1' });
  const [first] = link(emptyChain('000000000000'), [encoded(event)]);
  expect(first!.hash.toString('hex')).toBe('de014b2c341b07c286c5b680100b4402040b7089d35bb69fa40c37fa7056af34');
});

it('is another one where somebody changed what an event says of its session', () => {
  const began = new Date('2026-11-24T09:15:00.250Z');
  const hashOf = (creationDate: Date, mfaAuthenticated: boolean) => {
    const event = testEvent({ eventId: '01890a5d-ac96-774b-bcce-b302099a8057', requestId: 'request-1' });
    event.userIdentity = { ...event.userIdentity, sessionAttributes: { creationDate, mfaAuthenticated } };
    return link(emptyChain('000000000000'), [encoded(event)])[0]!.hash.toString('hex');
  };
  expect(hashOf(began, false)).toBe('67ae153352902158fdbb180408ae1def791ea9e80c7995053683725754c3e9e0');
  expect(hashOf(began, true)).not.toBe(hashOf(began, false));
  expect(hashOf(new Date(began.getTime() + 1), false)).not.toBe(hashOf(began, false));
});

it('reads what it wrote', () => {
  const [event] = link(emptyChain('000000000000'), [encoded(testEvent())]);
  expect(chained(event!)).toEqual(event);
});
