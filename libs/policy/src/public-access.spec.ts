import { compilePolicy } from './compile';
import { grantsPublicAccess, publicGrants } from './public-access';

const statement = { Effect: 'Allow', Principal: '*', Action: 'secretsmanager:GetSecretValue', Resource: '*' };
const compile = (...statements: object[]) =>
  compilePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), 'resource');
const under = (condition: object) => grantsPublicAccess(compile({ ...statement, Condition: condition }));

it.each([
  ['"*"', { Principal: '*' }, true],
  ['{"AWS": "*"}', { Principal: { AWS: '*' } }, true],
  ['"*" among others', { Principal: { AWS: ['111111111111', '*'] } }, true],
  ['NotPrincipal', { Principal: undefined, NotPrincipal: { AWS: '111111111111' } }, true],
  ['an account', { Principal: { AWS: '111111111111' } }, false],
  ['a role', { Principal: { AWS: 'arn:aws:iam::111111111111:role/x' } }, false],
  ['a service', { Principal: { Service: 'rotation.strongroom.internal' } }, false],
  ['a Deny to all', { Effect: 'Deny' }, false],
  ['a Deny to all but one', { Effect: 'Deny', Principal: undefined, NotPrincipal: { AWS: '111111111111' } }, false],
])('%s: %#', (_, change, expected) => {
  expect(grantsPublicAccess(compile({ ...statement, ...change }))).toBe(expected);
});

describe('conditions that fix who calls', () => {
  it.each([
    { StringEquals: { 'aws:PrincipalAccount': '111111111111' } },
    { StringEquals: { 'AWS:principalOrgId': ['o-1', 'o-2'] } },
    { StringLike: { 'aws:SourceAccount': '111111111111' } },
    { 'ForAnyValue:StringEquals': { 'aws:SourceVpce': 'vpce-1' } },
    { StringEquals: { 'kms:CallerAccount': '111111111111' } },
    { ArnEquals: { 'aws:SourceArn': 'arn:aws:s3:::bucket' } },
    { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/*' } },
    { StringEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/x' } },
    { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '2001:db8::/32'] } },
    { StringEquals: { 'aws:PrincipalAccount': '111111111111' }, Bool: { 'aws:SecureTransport': 'true' } },
  ])('%j', (condition) => expect(under(condition)).toBe(false));
});

describe('conditions that do not', () => {
  it.each([
    {},
    { Bool: { 'aws:SecureTransport': 'true' } },
    { StringNotEquals: { 'aws:PrincipalAccount': '111111111111' } },
    { StringEqualsIfExists: { 'aws:PrincipalAccount': '111111111111' } },
    { 'ForAllValues:StringEquals': { 'aws:PrincipalAccount': '111111111111' } },
    { StringLike: { 'aws:PrincipalAccount': '1111*' } },
    { StringLike: { 'aws:PrincipalAccount': ['111111111111', '*'] } },
    { StringEquals: { 'aws:PrincipalAccount': '${aws:ResourceAccount}' } },
    { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/x' } },
    { ArnLike: { 'aws:PrincipalArn': '*' } },
    { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::*' } },
    { StringLike: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/*' } },
    { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/x' } },
    { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } },
    { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '8.0.0.0/7'] } },
    { IpAddress: { 'aws:SourceIp': '2000::/3' } },
    { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
    { StringEquals: { 'aws:UserAgent': 'mine' } },
    { Null: { 'aws:PrincipalAccount': 'false' } },
  ])('%j', (condition) => expect(under(condition)).toBe(true));
});

it('names each statement that is public', () => {
  const narrow = { ...statement, Principal: { AWS: '111111111111' } };
  expect(publicGrants(compile(narrow, statement, narrow, statement)).map(({ place }) => place)).toEqual([
    'Statement[1]',
    'Statement[3]',
  ]);
});
