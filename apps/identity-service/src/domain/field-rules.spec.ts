import { CertificateUris } from './certificate-uri';
import { checkName, checkPath, checkPathPrefix, checkTags, withoutTags, withTags } from './field-rules';
import { parsePolicyArn, parseVersionId } from './managed-policy';
import { nextMarker, pageOf } from './paging';
import { checkDocument, sizeOfDocument } from './policy-document';

const reason = (work: () => unknown): string => {
  try {
    work();
    return 'none';
  } catch (error) {
    return (error as { reason: string }).reason;
  }
};

it.each([
  ['user', 64],
  ['group', 128],
  ['role', 64],
  ['policy', 128],
] as const)('the name of a %s has at most %i characters', (kind, most) => {
  expect(reason(() => checkName('n'.repeat(most), kind, 'name'))).toBe('none');
  expect(reason(() => checkName('n'.repeat(most + 1), kind, 'name'))).toBe('ValidationError');
  for (const bad of ['', 'a b', 'a/b', 'ä', 'a:b', 'a*'])
    expect(reason(() => checkName(bad, kind, 'name'))).toBe('ValidationError');
  expect(checkName('a_+=,.@-Z9', kind, 'name')).toBe('a_+=,.@-Z9');
});

it('paths begin and end with a slash', () => {
  expect(checkPath('')).toBe('/');
  for (const good of ['/', '/a/', '/a/b/', `/${'p'.repeat(510)}/`]) expect(checkPath(good)).toBe(good);
  for (const bad of ['a', '/a', 'a/', '/a b/', `/${'p'.repeat(511)}/`])
    expect(reason(() => checkPath(bad))).toBe('ValidationError');
  expect(checkPathPrefix('/a')).toBe('/a');
  expect(reason(() => checkPathPrefix('a'))).toBe('ValidationError');
});

describe('tags', () => {
  const tag = (key: string, value = '') => ({ key, value });
  it.each([
    [[tag('k'.repeat(128), 'v'.repeat(256))], 'none'],
    [[tag('k'.repeat(129))], 'ValidationError'],
    [[tag('k', 'v'.repeat(257))], 'ValidationError'],
    [[tag('')], 'ValidationError'],
    [[tag('größe', 'groß 1_.:/=+-@')], 'none'],
    [[tag('a;b')], 'ValidationError'],
    [[tag('AWS:x')], 'InvalidInput'],
    [[tag('a'), tag('A')], 'InvalidInput'],
    [Array.from({ length: 50 }, (_, i) => tag(`k${i}`)), 'none'],
    [Array.from({ length: 51 }, (_, i) => tag(`k${i}`)), 'ValidationError'],
  ])('%j', (tags, expected) => expect(reason(() => checkTags(tags))).toBe(expected));

  it('are replaced and removed whatever the case of their keys', () => {
    const tags = withTags([tag('Team', 'a'), tag('b')], [tag('TEAM', 'c')]);
    expect(tags).toEqual([tag('TEAM', 'c'), tag('b')]);
    expect(withoutTags(tags, ['team', 'absent'])).toEqual([tag('b')]);
    const full = Array.from({ length: 50 }, (_, i) => tag(`k${i}`));
    expect(withTags(full, [tag('K7', 'new')])).toHaveLength(50);
    expect(reason(() => withTags(full, [tag('more')]))).toBe('LimitExceeded');
  });
});

describe('pages', () => {
  it('begin after the marker', () => {
    const marker = nextMarker({ items: ['x', 'y/z'], truncated: true }, (name) => name);
    expect(pageOf({ maxItems: 2, marker })).toEqual({ size: 2, after: 'y/z' });
    expect(pageOf({ marker: '' })).toEqual({ size: 100, after: undefined });
    expect(nextMarker({ items: ['x'], truncated: false }, (name) => name)).toBe('');
  });

  it.each([{ maxItems: 0 }, { maxItems: 1_001 }, { maxItems: 1.5 }, { marker: '!' }, { marker: 'abc' }, { marker: 'bTE6w7w' }])(
    'are refused for %j',
    (broken) => {
      expect(reason(() => pageOf({ marker: '', ...broken }))).toBe('ValidationError');
    },
  );
});

it('policies are named by their ARN, versions by v and a number', () => {
  expect(parsePolicyArn('arn:aws:iam::123456789012:policy/a/b/N@me')).toEqual({
    arn: 'arn:aws:iam::123456789012:policy/a/b/N@me',
    accountId: '123456789012',
    name: 'N@me',
  });
  for (const bad of [
    '',
    'arn:aws:iam::1:policy/x',
    'arn:aws:iam::aws:user/x',
    'arn:aws:iam::aws:policy/',
    'arn:aws:iam::aws:policy/a b',
  ]) {
    expect(reason(() => parsePolicyArn(bad))).toBe('ValidationError');
  }
  expect(parseVersionId('v12')).toBe(12);
  for (const bad of ['', 'v', 'v0', 'V1', '1', 'v01', 'v1 ']) expect(reason(() => parseVersionId(bad))).toBe('ValidationError');
});

it('documents are measured without white space', () => {
  const document = '{ "Version": "2012-10-17",\n "Statement": {"Effect":"Allow", "Action":"a:b", "Resource":"*"} }';
  const size = sizeOfDocument(document);
  expect(size).toBe(document.replace(/[ \n]/g, '').length);
  const rule = { field: 'policy_document', quota: 'PolicySize' };
  expect(reason(() => checkDocument(document, 'identity', { ...rule, size }))).toBe('none');
  expect(reason(() => checkDocument(document, 'identity', { ...rule, size: size - 1 }))).toBe('LimitExceeded');
  expect(reason(() => checkDocument('{}', 'identity', { ...rule, size }))).toBe('MalformedPolicyDocument');
  expect(reason(() => checkDocument(' '.repeat(131_073), 'identity', { ...rule, size }))).toBe('ValidationError');
});

const uris = new CertificateUris({
  trustDomain: 'strongroom.local',
  accountId: '000000000000',
  prefixes: new Map([
    ['spiffe://strongroom.local/team/', '111111111111'],
    ['spiffe://strongroom.local/team/b/', '222222222222'],
    ['spiffe://elsewhere.org/', '222222222222'],
  ]),
});

it.each([
  ['spiffe://strongroom.local/user/ann', '000000000000'],
  ['spiffe://strongroom.local/accounts/111111111111/x', '000000000000'],
  ['spiffe://strongroom.local/account/111111111111/x', '111111111111'],
  ['spiffe://strongroom.local/account/111111111111', undefined],
  ['spiffe://strongroom.local/account/1111/x', undefined],
  ['spiffe://strongroom.local/account/1111111111110/x', undefined],
  ['spiffe://strongroom.local/team/a', '111111111111'],
  ['spiffe://strongroom.local/team/b/x', '222222222222'],
  ['spiffe://strongroom.local/team/bx', '111111111111'],
  ['spiffe://elsewhere.org/account/111111111111/x', '222222222222'],
  ['spiffe://third.org/account/111111111111/x', '000000000000'],
])('%s belongs to %s, bound or not', (uri, owner) => {
  expect(uris.ownerOf(uri)).toBe(owner);
  const others = ['000000000000', '111111111111', '222222222222'].filter((account) => account !== owner);
  for (const account of others) expect(reason(() => uris.check(uri, 'user', [account]))).toBe('InvalidInput');
  if (owner) expect(uris.check(uri, 'user', [owner])).toBe(uri);
});

it('says where the URIs of an account begin', () => {
  expect(() => uris.check('spiffe://strongroom.local/user/ann', 'user', ['222222222222'])).toThrow(
    'uri must belong to the account: it must begin with spiffe://strongroom.local/account/222222222222/ or ' +
      'spiffe://strongroom.local/team/b/ or spiffe://elsewhere.org/.',
  );
});

it.each([
  ['spiffe://strongroom.local/user/ann', 'user', 'none'],
  ['spiffe://strongroom.local/a', 'user', 'none'],
  ['spiffe://strongroom.local/a', 'role', 'InvalidInput'],
  ['spiffe://strongroom.local/ab', 'role', 'none'],
  ['spiffe://third.org/service/x', 'user', 'none'],
  ['spiffe://strongroom.local/service/x', 'user', 'InvalidInput'],
  ['spiffe://strongroom.local/user/', 'user', 'ValidationError'],
  ['spiffe://strongroom.local//x', 'user', 'ValidationError'],
  ['spiffe://strongroom.local/user/../x', 'user', 'ValidationError'],
  ['spiffe://strongroom.local/user/..', 'role', 'ValidationError'],
  ['spiffe://strongroom.local/user/..x', 'role', 'none'],
  ['spiffe://UPPER.local/user/x', 'user', 'ValidationError'],
] as const)('%s is bound to a %s: %s', (uri, kind, expected) => {
  expect(reason(() => uris.check(uri, kind, ['000000000000']))).toBe(expected);
});
