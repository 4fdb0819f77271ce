import { consoleServices, secretsService, type Service } from '@strongroom/methods';
import { requestReader } from './message-reader';

const methods = Object.values<Service>(consoleServices).flatMap(({ contract }) => Object.values(contract));
const read = requestReader(secretsService.contract.createSecret.path);
const list = requestReader(secretsService.contract.listSecrets.path);

it('makes of nothing what ts-proto makes of no bytes, for every request', () => {
  for (const { path, requestDeserialize } of methods) {
    expect([path, requestReader(path)(undefined)]).toEqual([path, requestDeserialize(Buffer.alloc(0))]);
  }
});

it('refuses what is no message, for every request', () => {
  for (const { path } of methods) {
    const reader = requestReader(path);
    for (const odd of [
      5,
      'text',
      true,
      [],
      [{}],
      new Date(0),
      new Map(),
      new Uint8Array(1),
      { surprise: 1 },
      { toString: 'x' },
    ]) {
      expect(() => reader(odd)).toThrow(expect.objectContaining({ kind: 'invalid-argument', metadata: { field: 'input' } }));
    }
  }
});

it('makes a message that goes over the wire as it is', () => {
  const message = read({
    name: 'a',
    value: { value: { $case: 'secretBinary', value: new Uint8Array([1, 2]) } },
    tags: [{ key: 'k' }],
  });
  const { requestSerialize, requestDeserialize } = secretsService.contract.createSecret;
  expect(requestDeserialize(requestSerialize(message as never))).toEqual(message);
  expect(message).toMatchObject({ tags: [{ key: 'k', value: '' }] });
});

it.each<[unknown, string]>([
  [[], 'input: must be an object'],
  ['text', 'input: must be an object'],
  [new Date(), 'input: must be an object'],
  [{ nom: 'a' }, 'input: has no field "nom"'],
  [{ ['x'.repeat(100)]: 1 }, `input: has no field "${'x'.repeat(64)}"`],
  [{ name: 5 }, 'name: must be a text'],
  [{ name: '\ud800' }, 'name: must be a well-formed text'],
  [{ tags: {} }, 'tags: must be a list'],
  [{ tags: [{ key: 'k' }, null] }, 'tags[1]: must be an object'],
  [{ tags: [{ key: [] }] }, 'tags[0].key: must be a text'],
  [{ value: { value: { $case: 'other', value: '' } } }, 'value.value.$case: must be one of secretString, secretBinary'],
  [{ value: { value: { $case: 'secretString', value: 5 } } }, 'value.value.value: must be a text'],
  [{ value: { value: { $case: 'secretBinary', value: 'x' } } }, 'value.value.value: must be bytes'],
])('names the field and the rule: %#', (input, message) => {
  expect(() => read(input)).toThrow(message);
  expect(() => read(input)).toThrow(expect.objectContaining({ kind: 'invalid-argument' }));
});

it.each<[object, string]>([
  [{ maxResults: 1.5 }, 'maxResults: must be a whole number from -2147483648 to 2147483647'],
  [{ maxResults: 2 ** 31 }, 'maxResults: must be a whole number'],
  [{ maxResults: NaN }, 'maxResults: must be a whole number'],
  [{ includePlannedDeletion: 'yes' }, 'includePlannedDeletion: must be true or false'],
  [{ sortBy: 99 }, 'sortBy: must be one of 0 ('],
  [{ sortBy: 'NAME' }, 'sortBy: must be one of 0 ('],
])('takes numbers, flags and choices that there are: %#', (input, message) => {
  expect(() => list(input)).toThrow(message);
});

it('takes numbers of 64 bits as such, or as numbers', () => {
  const verify = requestReader(consoleServices.audit.contract.verifyTrail.path);
  expect(verify({ fromSequence: 1, toSequence: 2n ** 63n })).toEqual({ fromSequence: 1n, toSequence: 2n ** 63n });
  for (const fromSequence of [-1, 1.5, 2 ** 60, 2n ** 64n, '1']) {
    expect(() => verify({ fromSequence })).toThrow('fromSequence: must be a whole number from 0');
  }
});

it('takes dates that the wire can carry', () => {
  const lookup = requestReader(consoleServices.audit.contract.lookupEvents.path);
  const startTime = new Date('2026-11-24T12:00:00Z');
  expect(lookup({ filter: { startTime } })).toMatchObject({ filter: { startTime } });
  for (const wrong of [new Date(NaN), new Date(8.64e15), '2026-11-24', 5]) {
    expect(() => lookup({ filter: { startTime: wrong } })).toThrow('filter.startTime: must be a date');
  }
});

it('knows every method that there is, and no other', () => {
  expect(() => requestReader('/strongroom.secrets.v1.SecretsService/Other')).toThrow('the contracts do not describe');
});
