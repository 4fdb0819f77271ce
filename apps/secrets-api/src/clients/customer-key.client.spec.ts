import { DomainError } from '@strongroom/errors';
import type { UnaryOptions } from '@strongroom/grpc-kit';
import { CustomerKeyClient } from './customer-key.client';

type Client = ConstructorParameters<typeof CustomerKeyClient>[0];

const arn = 'arn:aws:kms:us-east-1:000000000000:key/11111111-1111-4111-8111-111111111111';
const asker = { caller: { credentialId: 'cert:x', sourceIp: '192.0.2.7', userAgent: 'test', requestId: 'r-1' }, deadline: 5 };
const failed = (kind: DomainError['kind'], reason: string) => new DomainError({ kind, reason, message: reason });

let asked: { request: Record<string, unknown>; options: UnaryOptions | undefined }[];
beforeEach(() => (asked = []));

/** Answers each method with these answers, one after the other. */
function clientOf(answers: Partial<Record<keyof Client, unknown[]>>): CustomerKeyClient {
  const methods = Object.entries(answers).map(([name, all]) => [
    name,
    async (request: Record<string, unknown>, options?: UnaryOptions) => {
      asked.push({ request, options });
      const answer = all.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
  ]);
  return new CustomerKeyClient(Object.fromEntries(methods) as Client);
}

it('asks in the name of the caller, and not for long', async () => {
  const keyMetadata = { arn, awsAccountId: '000000000000', keyId: arn.slice(-36), currentKeyMaterialVersion: 3 };
  const client = clientOf({ describeKey: [{ keyMetadata }] });
  expect(await client.describe('alias/app', asker)).toEqual({
    arn,
    accountId: '000000000000',
    keyId: arn.slice(-36),
    materialVersion: 3,
  });
  expect(asked).toEqual([
    {
      request: { keyId: 'alias/app', grantTokens: [] },
      options: { onBehalfOf: asker.caller, requestId: 'r-1', deadline: 5, timeoutMs: 5_000 },
    },
  ]);
});

it('counts the grants of all pages, up to a limit', async () => {
  const page = (count: number, nextMarker = '') => ({ grants: Array(count).fill({}), nextMarker, truncated: nextMarker !== '' });
  expect(await clientOf({ listGrants: [page(100, 'a'), page(7)] }).grantCount(arn, 1_000, asker)).toBe(107);
  expect(asked.map(({ request }) => request['marker'])).toEqual(['', 'a']);
  const endless = { shift: () => page(100, 'more') } as unknown as unknown[];
  expect(await clientOf({ listGrants: endless }).grantCount(arn, 250, asker)).toBe(250);
});

it('names the aliases', async () => {
  const pages = [
    { aliases: [{ aliasName: 'alias/a' }], truncated: true, nextMarker: 'm' },
    { aliases: [{ aliasName: 'alias/b' }], truncated: false, nextMarker: '' },
  ];
  expect(await clientOf({ listAliases: pages }).aliasNames(arn, asker)).toEqual(['alias/a', 'alias/b']);
});

it('tells when a key was last used, or that it was not', async () => {
  const keyLastUsage = { operation: 'Decrypt', timestamp: new Date(5), cloudTrailEventId: '', kmsRequestId: '' };
  const never = { operation: '', timestamp: undefined, cloudTrailEventId: '', kmsRequestId: '' };
  const trackingStartDate = new Date(1);
  const client = clientOf({
    getKeyLastUsage: [
      { keyLastUsage, trackingStartDate },
      { keyLastUsage: never, trackingStartDate },
    ],
  });
  const trackedSince = trackingStartDate;
  expect(await client.lastUsage(arn, asker)).toEqual({ operation: 'Decrypt', usedAt: new Date(5), trackedSince });
  expect(await client.lastUsage(arn, asker)).toEqual({ operation: undefined, usedAt: undefined, trackedSince });
});

it('takes the end of a dry run for permission, and everything else for what it is', async () => {
  const client = clientOf({
    reEncrypt: [failed('failed-precondition', 'DryRunOperationException'), failed('permission-denied', 'AccessDeniedException')],
  });
  await client.requireReEncryption(arn, asker);
  expect(asked[0]!.request).toMatchObject({ sourceKeyId: arn, destinationKeyId: arn, dryRun: true, sourceEncryptionContext: {} });
  await expect(client.requireReEncryption(arn, asker)).rejects.toMatchObject({ reason: 'AccessDeniedException' });
});

it('passes on what KMS says, and says what is away', async () => {
  const client = clientOf({
    describeKey: [failed('not-found', 'NotFoundException'), failed('unavailable', 'X'), failed('deadline-exceeded', 'X')],
  });
  await expect(client.describe('x', asker)).rejects.toMatchObject({ reason: 'NotFoundException' });
  for (let n = 0; n < 2; n++) {
    await expect(client.describe('x', asker)).rejects.toMatchObject({
      reason: 'ServiceUnavailableException',
      message: 'keys cannot be looked up: crypto-keyservice is unavailable',
    });
  }
});
