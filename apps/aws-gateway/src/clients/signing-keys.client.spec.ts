import { ManualClock, MINUTE } from '@strongroom/clock';
import type { DeriveSigningKeyRequest, DeriveSigningKeyResponse } from '@strongroom/contracts/strongroom/identity/v1/identity';
import type { ServiceClient } from '@strongroom/grpc-kit';
import type { signingKeyService } from '@strongroom/methods';
import { setImmediate } from 'node:timers/promises';
import { SigningKeysClient } from './signing-keys.client';

const scope = { date: '20261124', region: 'us-east-1', service: 'kms' };
const question = { accessKeyId: 'AKIATESTTESTTESTTEST', scope };
const token = `srs_${'a'.repeat(43)}`;
const key = {
  $case: 'key',
  value: { key: Buffer.alloc(32), credentialId: 'key:AKIA', accountId: '000000000000' },
} satisfies DeriveSigningKeyResponse['outcome'];

let clock: ManualClock;
let asked: DeriveSigningKeyRequest[];
let outcome: DeriveSigningKeyResponse['outcome'];
let client: ServiceClient<typeof signingKeyService>;
let keys: SigningKeysClient;

beforeEach(() => {
  clock = new ManualClock();
  asked = [];
  outcome = key;
  client = {
    async deriveSigningKey(request) {
      asked.push(request);
      await setImmediate();
      return { outcome };
    },
    close: () => undefined,
  };
  keys = new SigningKeysClient(client, clock);
});

const find = (more: object = {}, network = '192.0.2.1') => keys.find({ ...question, ...more }, network, Date.now() + 1_000);

it('asks once for all who want the same, and keeps the key for minutes', async () => {
  expect(await Promise.all([find(), find(), find()])).toEqual([key.value, key.value, key.value]);
  clock.advance(4 * MINUTE);
  await find();
  expect(asked).toHaveLength(1);
  clock.advance(2 * MINUTE);
  await find();
  expect(asked).toHaveLength(2);
});

it('keeps keys apart by token, day, region and service', async () => {
  await find();
  await find({ sessionToken: token });
  for (const other of [{ date: '20261125' }, { region: 'eu-west-1' }, { service: 'sts' }])
    await find({ scope: { ...scope, ...other } });
  expect(asked).toHaveLength(5);
  expect(asked[1]!.sessionTokenHash).toHaveLength(32);
});

it('keeps no refusal: the key may be made, or activated, a moment later', async () => {
  outcome = undefined;
  expect(await find()).toBeUndefined();
  outcome = { $case: 'expired', value: true };
  expect(await find()).toBe('expired');
  outcome = key;
  expect(await find()).toEqual(key.value);
});

it('asks nobody about a token that can be none', async () => {
  expect(await find({ sessionToken: 'FwoGZXIvYXdzEXAMPLE' })).toBeUndefined();
  expect(asked).toEqual([]);
});

it('asks about so many keys at a time, whatever names strangers make up, and about so many for one address', async () => {
  const names = Array.from({ length: 300 }, (_, index) => ({ accessKeyId: `AKIAMADEUP${index}` }));
  const ofOne = await Promise.allSettled([...names.map((name) => find(name)), find({}, '198.51.100.7')]);
  expect(ofOne.filter(({ status }) => status === 'rejected')).toHaveLength(300 - 64);
  expect(ofOne.at(-1)).toEqual({ status: 'fulfilled', value: key.value });
  asked.length = 0;
  const ofMany = await Promise.allSettled(
    names.map(({ accessKeyId }, n) => find({ accessKeyId: `${accessKeyId}X` }, `192.0.2.${n % 5}`)),
  );
  expect(ofMany.filter(({ status }) => status === 'rejected')).toHaveLength(300 - 256);
  expect(asked).toHaveLength(256);
  expect(await find({ accessKeyId: 'AKIALATER' })).toEqual(key.value);
});

it('keeps an account’s keys, however many another account signs with', async () => {
  keys = new SigningKeysClient(client, clock, 10);
  await find();
  outcome = { $case: 'key', value: { ...key.value, accountId: '111111111111' } };
  for (let n = 0; n < 100; n++) await find({ accessKeyId: `ASIAGREEDY${n}` });
  await find({ accessKeyId: 'ASIAGREEDY99' });
  await find();
  expect(asked).toHaveLength(101);
  await find({ accessKeyId: 'ASIAGREEDY1' });
  expect(asked).toHaveLength(102);
  expect((keys as unknown as { accounts: Map<string, string> }).accounts.size).toBe(10);
});
