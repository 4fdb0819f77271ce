import { DAY, MINUTE, ManualClock } from '@strongroom/clock';
import fc from 'fast-check';
import type { WireRequest } from '../http/request';
import { presigned, type Signer, signed } from './sign.testing';
import { FakeSigningKeys } from './hashing/signing-keys.testing';
import { SignatureVerifier } from './verifier';

const NOW = new Date('2026-11-24T12:00:00Z');
const ID = 'AKIATESTTESTTESTTEST';
const signer: Signer = { accessKeyId: ID, secretAccessKey: 'secret/of+the/tests', date: NOW };
const session: Signer = { accessKeyId: 'ASIATESTTESTTESTTEST', secretAccessKey: 'another', sessionToken: 'srs_token', date: NOW };
const keys = new FakeSigningKeys()
  .add(ID, signer.secretAccessKey)
  .add(session.accessKeyId, session.secretAccessKey, { token: 'srs_token' })
  .add('ASIAOVEROVEROVEROVER', 'over', { token: 'srs_over', expired: true });
const verifier = new SignatureVerifier({ region: 'us-east-1', clock: new ManualClock(NOW), signingKeys: keys });
const kms = { service: 'kms', isGlobal: false };
const verifyBy = async (by: SignatureVerifier, request: WireRequest, audience = kms) => {
  const claim = by.claim(request, () => audience);
  if (claim === undefined) return 'nobody';
  const key = await by.keyOf(claim, request.address, 0);
  by.verify(claim, key, request);
  return key.credentialId;
};
const verify = async (request: WireRequest, audience = kms) => verifyBy(verifier, request, audience);
const call = { headers: { 'x-amz-target': 'TrentService.Encrypt' }, body: Buffer.from('{}') };

describe('requests that AWS’s own signer has signed', () => {
  const plans = fc.record({
    method: fc.constantFrom('GET', 'POST', 'PUT'),
    query: fc.dictionary(
      // The signer keeps a query in a plain object, which cannot hold this name.
      fc.string({ minLength: 1, unit: 'grapheme' }).filter((name) => !name.startsWith('X-Amz') && name !== '__proto__'),
      fc.string({ unit: 'grapheme' }),
      { maxKeys: 4 },
    ),
    headers: fc.dictionary(
      fc.stringMatching(/^x-amz-[a-z]{3,8}$/).filter((name) => name !== 'x-amz-date'),
      fc.stringMatching(/^[ -~]{1,30}$/).filter((value) => value.trim() !== ''),
      { maxKeys: 3 },
    ),
    body: fc.uint8Array({ maxLength: 40 }),
  });

  it('are theirs who signed, whatever is in them', () =>
    fc.assert(
      fc.asyncProperty(plans, fc.constantFrom(signer, session), async (plan, by) => {
        expect(await verify(await signed(plan, by))).toMatch(by.accessKeyId);
      }),
      { numRuns: 200 },
    ));

  it('are theirs presigned, too', () =>
    fc.assert(
      fc.asyncProperty(plans, fc.constantFrom(signer, session), async (plan, by) => {
        expect(await verify(await presigned(plan, by))).toMatch(by.accessKeyId);
      }),
      { numRuns: 100 },
    ));

  it('are nobody’s once anything that was signed is changed', () =>
    fc.assert(
      fc.asyncProperty(plans, fc.boolean(), fc.nat(), async (plan, byQuery, choice) => {
        const good = byQuery ? await presigned(plan, signer) : await signed(plan, signer);
        const changes: ((request: WireRequest) => WireRequest)[] = [
          (r) => ({ ...r, body: Buffer.concat([r.body, Buffer.from('x')]) }),
          (r) => ({ ...r, method: r.method === 'GET' ? 'POST' : 'GET' }),
          (r) => ({ ...r, query: `${r.query}&a=b` }),
          (r) => ({ ...r, headers: { ...r.headers, host: 'other.test' } }),
          (r) => ({ ...r, headers: { ...r.headers, 'x-amz-target': 'TrentService.Decrypt' } }),
          (r) => ({ ...r, path: '/other' }),
        ];
        const changed = changes[choice % changes.length]!(good);
        await expect(verify(changed)).rejects.toMatchObject({ code: 'InvalidSignatureException' });
      }),
      { numRuns: 200 },
    ));
});

const refusalOf = async (request: WireRequest, audience = kms) => {
  try {
    return await verify(request, audience);
  } catch (error) {
    return (error as { code: string }).code;
  }
};
const withHeader = async (change: (header: string) => string) => {
  const request = await signed(call, signer);
  return { ...request, headers: { ...request.headers, authorization: change(request.headers.authorization!) } };
};

it('says that a request is not signed', async () => {
  const { headers, ...rest } = await signed(call, signer);
  const { authorization: _, ...unsigned } = headers;
  expect(await refusalOf({ ...rest, headers: unsigned })).toBe('nobody');
});

it.each<[string, (header: string) => string]>([
  ['another algorithm', (header) => header.replace('AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA1')],
  ['no algorithm at all', () => 'Bearer token'],
  ['a credential without its scope', (header) => header.replace(/Credential=[^,]*/, `Credential=${ID}`)],
  ['a scope of another form', (header) => header.replace('/aws4_request', '/aws4')],
  ['no signature', (header) => header.replace(/, Signature=.*/, '')],
  ['a signature that is none', (header) => header.replace(/Signature=.*/, 'Signature=abc')],
  ['no signed headers', (header) => header.replace(/SignedHeaders=[^,]*, /, '')],
  ['signed headers out of order', (header) => header.replace(/SignedHeaders=[^,]*/, 'SignedHeaders=x-amz-date;host')],
])('cannot read %s', async (_, change) => {
  expect(await refusalOf(await withHeader(change))).toBe('IncompleteSignatureException');
});

it('refuses an unknown key, a wrong secret, and a session without its token or with another', async () => {
  expect(await refusalOf(await signed(call, { ...signer, accessKeyId: 'AKIANOBODYNOBODYNOBO' }))).toBe(
    'UnrecognizedClientException',
  );
  expect(await refusalOf(await signed(call, { ...signer, secretAccessKey: 'wrong' }))).toBe('InvalidSignatureException');
  for (const sessionToken of [undefined, 'srs_other']) {
    expect(await refusalOf(await signed(call, { ...session, sessionToken }))).toBe('UnrecognizedClientException');
  }
  expect(await refusalOf(await signed(call, { ...signer, sessionToken: 'srs_token' }))).toBe('UnrecognizedClientException');
  const over = { ...session, accessKeyId: 'ASIAOVEROVEROVEROVER', sessionToken: 'srs_over' };
  expect(await refusalOf(await signed(call, over))).toBe('ExpiredTokenException');
});

it('refuses what is signed for another service or region, but takes us-east-1 for a global service', async () => {
  expect(await refusalOf(await signed(call, { ...signer, service: 's3' }))).toBe('InvalidSignatureException');
  expect(await refusalOf(await signed(call, { ...signer, region: 'eu-west-1' }))).toBe('InvalidSignatureException');
  const good = await signed(call, signer);
  const elsewhere = new SignatureVerifier({ region: 'eu-central-1', clock: new ManualClock(NOW), signingKeys: keys });
  // AWS's Java SDK signs for aws-global where its region is Region.AWS_GLOBAL.
  for (const region of ['eu-central-1', 'us-east-1', 'aws-global']) {
    const request = await signed(call, { ...signer, service: 'iam', region });
    const iam = { service: 'iam', isGlobal: true };
    expect(await verifyBy(elsewhere, request, iam)).toBe(`key:${ID}`);
    const regional = verifyBy(elsewhere, request, { ...iam, isGlobal: false });
    if (region === 'eu-central-1') await regional;
    else await expect(regional).rejects.toMatchObject({ message: /valid region/ });
  }
  expect(() => verifier.claim(good, () => undefined)).toThrow('Credential should be scoped to correct service.');
});

it('lets clocks differ by five minutes', async () => {
  const at = (shift: number) => ({ ...signer, date: new Date(NOW.getTime() + shift) });
  for (const shift of [-5 * MINUTE, 0, 5 * MINUTE]) expect(await verify(await signed(call, at(shift)))).toBe(`key:${ID}`);
  for (const shift of [-5 * MINUTE - 1_000, 5 * MINUTE + 1_000]) {
    expect(await refusalOf(await signed(call, at(shift)))).toBe('InvalidSignatureException');
  }
});

it('takes a presigned request until it expires, and not before its time', async () => {
  const at = (shift: number) => ({ ...signer, date: new Date(NOW.getTime() + shift) });
  expect(await verify(await presigned(call, at(-30 * MINUTE), 3_600))).toBe(`key:${ID}`);
  expect(await refusalOf(await presigned(call, at(-61 * MINUTE), 3_600))).toBe('RequestExpired');
  expect(await refusalOf(await presigned(call, at(6 * MINUTE), 3_600))).toBe('InvalidSignatureException');
  expect(await verify(await presigned(call, at(-7 * DAY), 604_800))).toBe(`key:${ID}`);
  expect(keys.asked.at(-1)!.scope.date).toBe('20261117');
  expect(await refusalOf(await presigned(call, at(-7 * DAY - 1_000), 604_800))).toBe('RequestExpired');
  const week = await presigned(call, signer, 604_800);
  expect(await refusalOf({ ...week, query: week.query.replace('604800', '604801') })).toBe('IncompleteSignatureException');
});

it('has every header that decides something signed, and a body that somebody signed', async () => {
  const good = await signed(call, signer);
  const more = { ...good, headers: { ...good.headers, 'x-amz-security-token': 'srs_token' } };
  expect(await refusalOf(more)).toBe('InvalidSignatureException');
  const unsignedHost = await withHeader((header) => header.replace('SignedHeaders=host;', 'SignedHeaders='));
  expect(await refusalOf(unsignedHost)).toBe('InvalidSignatureException');
  const open = await signed({ ...call, headers: { ...call.headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }, signer);
  expect(await refusalOf(open)).toBe('InvalidSignatureException');
});

it('is not both signed by a header and presigned', async () => {
  const good = await signed(call, signer);
  const { query } = await presigned(call, signer);
  expect(await refusalOf({ ...good, query })).toBe('IncompleteSignatureException');
  expect(await refusalOf({ ...good, query: '%zz' })).toBe('IncompleteSignatureException');
});
