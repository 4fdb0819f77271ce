import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import type { AuditEvent, UserIdentity, UserIdentityType } from './audit-event';
import { sampleEvent } from './audit-event.testing';
import { decodeEvent, encodeEvent } from './event-codec';

// Every UTF-16 code unit may occur, also lone surrogates, and few letters, so that texts often meet.
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({ unit: fc.constantFrom('"', ',', 'a', '\ud800'), maxLength: 3 }),
);
const map = fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true });
const plain = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record<T>(model, { noNullPrototype: true });
const time = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2999-01-01') });
/** What is absent is not there at all, as in an event. */
const asEvent = ({ sessionAttributes, ...lasting }: UserIdentity): UserIdentity =>
  sessionAttributes ? { ...lasting, sessionAttributes } : lasting;
const event: fc.Arbitrary<AuditEvent> = plain<AuditEvent>({
  eventId: text,
  eventTime: time,
  eventSource: text,
  eventName: text,
  awsRegion: text,
  recipientAccountId: text,
  userIdentity: plain({
    type: fc.constantFrom<UserIdentityType>('IAMUser', 'AssumedRole', 'AWSService', 'Unknown'),
    principalId: text,
    arn: text,
    accountId: text,
    accessKeyId: text,
    userName: text,
    sessionIssuerArn: text,
    sessionAttributes: fc.option(plain({ creationDate: time, mfaAuthenticated: fc.boolean() }), { nil: undefined }),
  }).map(asEvent),
  sourceIpAddress: text,
  userAgent: text,
  requestId: text,
  readOnly: fc.boolean(),
  resources: fc.array(plain({ arn: text, type: text, versionId: text }), { maxLength: 3 }),
  requestParameters: map,
  responseElements: map,
  errorCode: text,
  errorMessage: text,
});

const { sessionAttributes: _, ...lasting } = sampleEvent().userIdentity;
const near = { requestParameters: { b: '2', a: 'ä"\n' }, errorCode: 'X', readOnly: false };

it('is pinned: stored trails depend on it', () => {
  expect(encodeEvent(sampleEvent({ ...near, userIdentity: lasting }))).toBe(
    '[1,"01890a5d-ac96-774b-bcce-b302099a8057","2026-11-24T10:20:30.456Z","secretsmanager.amazonaws.com","GetSecretValue","us-east-1",' +
      '"000000000000",["AssumedRole","AROAEXAMPLE:session","arn:aws:sts::000000000000:assumed-role/app/session","000000000000",' +
      '"ASIAEXAMPLE","","arn:aws:iam::000000000000:role/app"],"192.0.2.7","grpc-node-js/1.14.7","0b5b3e9d-2f0d-4b1e-9b43-6a3b1f0e4c11",' +
      'false,[["arn:aws:secretsmanager:us-east-1:000000000000:secret:prod/db-AbCdEf","AWS::SecretsManager::Secret",' +
      '"6f1ed002-ab5e-4f61-8c1a-b3f0a0c2d3e4"]],[["a","ä\\"\\n"],["b","2"]],[],"X",""]',
  );
});

it('is pinned for events of sessions, too', () => {
  expect(encodeEvent(sampleEvent(near))).toBe(
    '[2,"01890a5d-ac96-774b-bcce-b302099a8057","2026-11-24T10:20:30.456Z","secretsmanager.amazonaws.com","GetSecretValue","us-east-1",' +
      '"000000000000",["AssumedRole","AROAEXAMPLE:session","arn:aws:sts::000000000000:assumed-role/app/session","000000000000",' +
      '"ASIAEXAMPLE","","arn:aws:iam::000000000000:role/app","2026-11-24T09:15:00.250Z",true],"192.0.2.7","grpc-node-js/1.14.7",' +
      '"0b5b3e9d-2f0d-4b1e-9b43-6a3b1f0e4c11",false,[["arn:aws:secretsmanager:us-east-1:000000000000:secret:prod/db-AbCdEf",' +
      '"AWS::SecretsManager::Secret","6f1ed002-ab5e-4f61-8c1a-b3f0a0c2d3e4"]],[["a","ä\\"\\n"],["b","2"]],[],"X",""]',
  );
});

it('gives back every event', () => {
  fc.assert(fc.property(event, (original) => expect(decodeEvent(encodeEvent(original))).toEqual(original)));
});

it('gives two events one encoding only if they are equal, as bytes too', () => {
  const bytes = (value: AuditEvent) => Buffer.from(encodeEvent(value), 'utf8');
  fc.assert(
    fc.property(event, event, fc.constantFrom(...(Object.keys(sampleEvent()) as (keyof AuditEvent)[])), (one, other, field) => {
      // Alike but for one field: the nearest that two events can be.
      const nearest = { ...one, [field]: other[field] };
      expect(bytes(one).equals(bytes(nearest))).toBe(isDeepStrictEqual(one, nearest));
      expect(bytes(one).equals(bytes(other))).toBe(isDeepStrictEqual(one, other));
    }),
  );
});

it('does not let neighbouring fields run into each other', () => {
  const a = sampleEvent({ errorCode: 'ab', errorMessage: 'c' });
  const b = sampleEvent({ errorCode: 'a', errorMessage: 'bc' });
  expect(encodeEvent(a)).not.toBe(encodeEvent(b));
});

it('does not depend on the order in which a map was filled', () => {
  expect(encodeEvent(sampleEvent({ requestParameters: { a: '1', b: '2' } }))).toBe(
    encodeEvent(sampleEvent({ requestParameters: { b: '2', a: '1' } })),
  );
});

describe('decoding', () => {
  const encoded = encodeEvent(sampleEvent());
  const withoutSession = encodeEvent(sampleEvent({ userIdentity: lasting }));
  it.each([
    ['no JSON', 'x'],
    ['no array', '{}'],
    ['null', 'null'],
    ['an empty array', '[]'],
    ['another version', encoded.replace('[2,', '[3,')],
    ['the version without a session', encoded.replace('[2,', '[1,')],
    ['the version with a session, without one', withoutSession.replace('[1,', '[2,')],
    ['a session without its second factor', encoded.replace(',true],', '],')],
    ['a second factor as a text', encoded.replace(',true],', ',"true"],')],
    ['another form of the beginning of a session', encoded.replace('00.250Z', '00.25Z')],
    ['white space', encoded.replace('[2,', '[2, ')],
    ['a field more', encoded.replace(/]$/, ',""]')],
    ['a field less', encoded.replace(/,""]$/, ']')],
    ['another type', encoded.replace('"us-east-1"', '1')],
    ['a string as the flag', encoded.replace(',true,', ',"true",')],
    ['another form of the time', encoded.replace('30.456Z', '30.4560Z')],
    ['no time', encoded.replace('2026-11-24T10:20:30.456Z', 'yesterday')],
    ['an unsorted map', encoded.replace('[["secretId","prod/db"]]', '[["b",""],["a",""]]')],
    ['a key twice', encoded.replace('[["secretId","prod/db"]]', '[["a","1"],["a","2"]]')],
    ['a truncated text', encoded.slice(0, -1)],
  ])('refuses %s', (_, text) => {
    expect([encoded, withoutSession]).not.toContain(text);
    expect(() => decodeEvent(text)).toThrow(expect.objectContaining({ name: 'EventEncodingError' }));
  });
});
