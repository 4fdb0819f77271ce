import {
  onePrincipal,
  requireGrantId,
  requireGrantPage,
  requireGrantTerms,
  requireSuitable,
  type GrantRequest,
} from './grant-terms';

const alice = 'arn:aws:iam::000000000000:user/alice';
const service = 'rotation-worker.strongroom.internal';
const sourceArn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:app-AbCdEf';
const noConstraints = { encryptionContextSubset: {}, encryptionContextEquals: {}, sourceArn: '' };
const request = (change: Partial<GrantRequest> = {}): GrantRequest => ({
  granteePrincipal: alice,
  granteeServicePrincipal: '',
  retiringPrincipal: '',
  retiringServicePrincipal: '',
  operations: ['Decrypt'],
  name: '',
  ...change,
});
const reason = (work: () => unknown): string => {
  try {
    work();
    return 'done';
  } catch (error) {
    return (error as { reason: string }).reason;
  }
};
const refused = (change: Partial<GrantRequest>) => reason(() => requireGrantTerms(request(change)));
const pairs = (count: number, value = 'x') => Object.fromEntries(Array.from({ length: count }, (_, i) => [`key-${i}`, value]));

it('reads what a request asks for', () => {
  expect(requireGrantTerms(request())).toEqual({
    name: undefined,
    grantee: alice,
    retiring: undefined,
    operations: ['Decrypt'],
    constraints: { encryptionContextSubset: {}, encryptionContextEquals: {}, sourceArn: undefined },
  });
  const full = requireGrantTerms(
    request({
      granteePrincipal: '',
      granteeServicePrincipal: service,
      retiringPrincipal: alice,
      operations: ['Decrypt', 'GenerateDataKey', 'Decrypt'],
      constraints: { ...noConstraints, encryptionContextSubset: { App: 'x' }, sourceArn },
      name: 'rotation/1:a_b-c',
    }),
  );
  expect(full).toMatchObject({
    name: 'rotation/1:a_b-c',
    grantee: service,
    retiring: alice,
    operations: ['Decrypt', 'GenerateDataKey'],
    constraints: { encryptionContextSubset: { App: 'x' }, sourceArn },
  });
});

it.each([
  alice,
  'arn:aws:iam::000000000000:root',
  'arn:aws:iam::000000000000:role/team/App',
  'arn:aws:sts::000000000000:assumed-role/App/session',
  'arn:aws:sts::000000000000:federated-user/bob',
])('lets %s have a grant and retire it', (principal) => {
  expect(onePrincipal('Grantee', principal, '')).toBe(principal);
  expect(requireGrantTerms(request({ granteePrincipal: principal, retiringPrincipal: principal }))).toMatchObject({
    grantee: principal,
    retiring: principal,
  });
});

it.each<[string, Partial<GrantRequest>]>([
  ['InvalidArnException', { granteePrincipal: 'arn:aws:iam::000000000000:group/all' }],
  ['InvalidArnException', { granteePrincipal: 'arn:aws:iam::000000000000:policy/all' }],
  ['InvalidArnException', { granteePrincipal: 'alice' }],
  ['InvalidArnException', { granteePrincipal: '000000000000' }],
  ['InvalidArnException', { granteePrincipal: service }],
  ['InvalidArnException', { retiringPrincipal: 'arn:aws:s3:::bucket' }],
  ['InvalidArnException', { retiringServicePrincipal: 'no-service' }],
  ['ValidationException', { granteePrincipal: '*' }],
  ['ValidationException', { granteePrincipal: 'arn:aws:iam::000000000000:user/*' }],
  ['ValidationException', { granteePrincipal: `arn:aws:iam::000000000000:user/${'x'.repeat(256)}` }],
  ['ValidationException', { granteePrincipal: '' }],
  ['ValidationException', { granteeServicePrincipal: service }],
  ['ValidationException', { retiringPrincipal: alice, retiringServicePrincipal: service }],
  // A service needs a resource to act for, and somebody who retires its grant.
  ['ValidationException', { granteePrincipal: '', granteeServicePrincipal: service, retiringPrincipal: alice }],
  [
    'ValidationException',
    { granteePrincipal: '', granteeServicePrincipal: service, constraints: { ...noConstraints, sourceArn } },
  ],
])('refuses principals with %s: %j', (name, change) => {
  expect(refused(change)).toBe(name);
});

it.each<[string, Partial<GrantRequest>]>([
  ['ValidationException', { operations: [] }],
  ['ValidationException', { operations: ['PutKeyPolicy'] }],
  ['ValidationException', { operations: ['ReEncrypt'] }],
  ['ValidationException', { operations: Array<string>(20).fill('Decrypt') }],
  ['ValidationException', { name: 'two words' }],
  ['ValidationException', { name: 'x'.repeat(257) }],
  ['ValidationException', { constraints: { ...noConstraints, encryptionContextSubset: pairs(9) } }],
  ['ValidationException', { constraints: { ...noConstraints, encryptionContextEquals: pairs(1, 'x'.repeat(385)) } }],
  ['ValidationException', { constraints: { ...noConstraints, encryptionContextSubset: { ['x'.repeat(8_193)]: '' } } }],
  [
    'ValidationException',
    { constraints: { ...noConstraints, encryptionContextSubset: pairs(1), encryptionContextEquals: pairs(1) } },
  ],
  ['ValidationException', { constraints: { ...noConstraints, sourceArn: `${sourceArn}${'x'.repeat(512)}` } }],
  ['InvalidArnException', { constraints: { ...noConstraints, sourceArn: 'app' } }],
  ['InvalidArnException', { constraints: { ...noConstraints, sourceArn: `${sourceArn.slice(0, -1)}*` } }],
])('refuses with %s: %j', (name, change) => {
  expect(refused(change)).toBe(name);
});

it('takes as much as KMS takes', () => {
  const constraints = { ...noConstraints, encryptionContextSubset: pairs(8, 'ä'.repeat(384)) };
  expect(refused({ name: 'x'.repeat(256), constraints })).toBe('done');
});

describe('a key', () => {
  const kinds = {
    symmetric: { spec: 'SYMMETRIC_DEFAULT', usage: 'ENCRYPT_DECRYPT' },
    rsa: { spec: 'RSA_2048', usage: 'ENCRYPT_DECRYPT' },
    signing: { spec: 'ECC_NIST_P256', usage: 'SIGN_VERIFY' },
    agreeing: { spec: 'ECC_NIST_P256', usage: 'KEY_AGREEMENT' },
    hmac: { spec: 'HMAC_256', usage: 'GENERATE_VERIFY_MAC' },
    mlKem: { spec: 'ML_KEM_768', usage: 'ENCAPSULATE_DECAPSULATE' },
  } as const;

  it.each<[keyof typeof kinds, string[], string[]]>([
    ['symmetric', ['Encrypt', 'ReEncryptTo', 'GenerateDataKey', 'GenerateDataKeyPair'], ['Sign', 'GetPublicKey', 'GenerateMac']],
    ['rsa', ['Encrypt', 'Decrypt', 'ReEncryptFrom', 'GetPublicKey'], ['GenerateDataKey', 'GenerateDataKeyPair', 'Sign']],
    ['signing', ['Sign', 'Verify', 'GetPublicKey'], ['Encrypt', 'DeriveSharedSecret', 'VerifyMac']],
    ['agreeing', ['DeriveSharedSecret', 'GetPublicKey'], ['Sign', 'Encapsulate']],
    ['hmac', ['GenerateMac', 'VerifyMac'], ['GetPublicKey', 'Sign', 'Encrypt']],
    ['mlKem', ['Encapsulate', 'Decapsulate', 'GetPublicKey'], ['DeriveSharedSecret', 'Decrypt']],
  ])('that is %s has grants for %j, and none for %j', (kind, suitable, unsuitable) => {
    const grants = (operations: string[]) =>
      reason(() => requireSuitable(requireGrantTerms(request({ operations })), kinds[kind]));
    for (const operation of [...suitable, 'DescribeKey', 'CreateGrant', 'RetireGrant']) {
      expect([operation, grants([operation])]).toEqual([operation, 'done']);
    }
    for (const operation of unsuitable) expect([operation, grants([operation])]).toEqual([operation, 'ValidationException']);
  });

  it('has constraints on an encryption context only if it has one', () => {
    const constraints = { ...noConstraints, encryptionContextSubset: { App: 'x' } };
    const on = (kind: keyof typeof kinds, change: Partial<GrantRequest>) =>
      reason(() => requireSuitable(requireGrantTerms(request(change)), kinds[kind]));
    expect(on('symmetric', { constraints })).toBe('done');
    expect(on('rsa', { constraints })).toBe('ValidationException');
    expect(on('hmac', { constraints, operations: ['GenerateMac'] })).toBe('ValidationException');
    expect(on('hmac', { constraints: { ...noConstraints, sourceArn }, operations: ['GenerateMac'] })).toBe('done');
  });
});

it('knows ids and markers', () => {
  const id = 'a1'.repeat(32);
  expect(requireGrantId(id)).toBe(id);
  expect(reason(() => requireGrantId('a'.repeat(63)))).toBe('InvalidGrantIdException');
  expect(reason(() => requireGrantId('A1'.repeat(32)))).toBe('InvalidGrantIdException');
  expect(reason(() => requireGrantId(''))).toBe('ValidationException');
  expect(requireGrantPage({ marker: '' })).toEqual({ after: '', limit: 50 });
  expect(requireGrantPage({ marker: id, limit: 100 })).toEqual({ after: id, limit: 100 });
  expect(reason(() => requireGrantPage({ marker: 'x' }))).toBe('InvalidMarkerException');
  expect(reason(() => requireGrantPage({ marker: '', limit: 101 }))).toBe('ValidationException');
});
