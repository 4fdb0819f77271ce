import { authenticator } from './authenticator';
import { callerReference, onBehalfOf } from './caller-reference';
import { serviceCaller } from './service-caller';
import { sessionTokenHash } from './session-token';
import { FakePrincipalSource } from './fake-principal-source.testing';
import { callerForTests } from './caller-for-tests.testing';

const ann = callerForTests({ name: 'ann' });
const bob = callerForTests({ name: 'bob' });
const source = new FakePrincipalSource().add('spiffe://strongroom.local/user/ann', ann).add('token-of-bob', bob);
const authenticate = authenticator(source);
const NOBODY = { kind: 'unauthenticated', message: 'The security token included in the request is invalid.' };

describe('authenticator', () => {
  it('knows callers by certificate or token, and a token counts before the certificate', async () => {
    const certificateUri = 'spiffe://strongroom.local/user/ann';
    expect(await authenticate({ certificateUri })).toBe(ann);
    expect(await authenticate({ bearerToken: 'token-of-bob' })).toBe(bob);
    expect(await authenticate({ certificateUri, bearerToken: 'token-of-bob' })).toBe(bob);
  });

  it.each([
    [{}],
    [{ certificateUri: 'spiffe://strongroom.local/user/eve' }],
    [{ bearerToken: 'x' }],
    [{ bearerToken: '' }],
    [{ certificateUri: 'spiffe://strongroom.local/user/ann', bearerToken: 'x' }],
  ])('answers the same to everybody else: %j', async (credential) => {
    await expect(authenticate(credential)).rejects.toMatchObject(NOBODY);
  });
});

describe('on behalf of somebody', () => {
  const keyed = { ...callerForTests({ name: 'keyed' }), credentialId: 'key:AKIATESTTESTTESTTEST' };
  const service = serviceCaller('spiffe://strongroom.local/service/audit-service', {
    trustDomain: 'strongroom.local',
    accountId: '000000000000',
  })!;
  const known = new FakePrincipalSource().add('k', keyed).add('s', service).add('spiffe://strongroom.local/user/ann', ann);

  it('is the holder of an access key or a session, and no certificate', async () => {
    expect(await authenticator(known)({ credentialId: keyed.credentialId })).toBe(keyed);
    // The certificate of the connection is the other service's own.
    const certificateUri = 'spiffe://strongroom.local/user/ann';
    for (const credentialId of [service.credentialId, ann.credentialId, 'key:AKIAGONEGONEGONEGONE', '', 'key:']) {
      await expect(authenticator(known)({ credentialId, certificateUri })).rejects.toMatchObject(NOBODY);
    }
  });

  it('is the holder of a certificate for a service that has seen it, and no service', async () => {
    const named = (credentialId: string, namedBy: string) => authenticator(known)({ credentialId, namedBy });
    expect(await named(ann.credentialId, 'secrets-api')).toBe(ann);
    await expect(named(ann.credentialId, 'aws-gateway')).rejects.toMatchObject(NOBODY);
    await expect(named(service.credentialId, 'secrets-api')).rejects.toMatchObject(NOBODY);
  });
});

describe('a caller’s reference', () => {
  it('is looked up anew by the service that gets it', async () => {
    const call = { caller: ann, peer: { address: '10.1.2.3' }, userAgent: 'cli/1', requestId: 'r-1' };
    const reference = callerReference(call);
    expect(reference).toEqual({ credentialId: ann.credentialId, sourceIp: '10.1.2.3', userAgent: 'cli/1', requestId: 'r-1' });
    expect(await onBehalfOf(reference, source)).toEqual({ caller: ann, peer: { address: '10.1.2.3' }, userAgent: 'cli/1' });
    await expect(onBehalfOf({ ...reference, credentialId: 'cert:gone' }, source)).rejects.toMatchObject(NOBODY);
    await expect(onBehalfOf(undefined, source)).rejects.toMatchObject(NOBODY);
  });
});

describe('serviceCaller', () => {
  const naming = { trustDomain: 'strongroom.local', accountId: '123456789012' };
  it('is the built-in principal of a service', () => {
    expect(serviceCaller('spiffe://strongroom.local/service/secrets-api', naming)).toMatchObject({
      kind: 'service',
      arn: 'arn:aws:iam::123456789012:service/secrets-api',
      identity: [],
    });
  });

  it.each([
    'spiffe://elsewhere.local/service/secrets-api',
    'spiffe://strongroom.local/user/secrets-api',
    'spiffe://strongroom.local/service/',
    'spiffe://strongroom.local/service/a/b',
    'spiffe://strongroom.local/service/A',
  ])('is not %s', (uri) => expect(serviceCaller(uri, naming)).toBeUndefined());
});

describe('sessionTokenHash', () => {
  it('is SHA-256 of what can be a token', () => {
    expect(sessionTokenHash(`srs_${'A'.repeat(43)}`)?.toString('hex')).toBe(
      'e9ac2e1727652b9c2b71b5f85e7a4fe52de06c3c9bb541ceffcbf6d0685d100e',
    );
    for (const text of [
      '',
      'srs_',
      `srs_${'A'.repeat(42)}`,
      `srs_${'A'.repeat(43)}\n`,
      `xrs_${'A'.repeat(43)}`,
      `srs_${'ä'.repeat(43)}`,
    ]) {
      expect(sessionTokenHash(text)).toBeUndefined();
    }
  });
});
