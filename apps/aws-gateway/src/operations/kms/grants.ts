import { flag, integer, list, map, required, structure, text, timestamp } from '../../model/shapes';
import { keyId, marker, of, ofKey, one, page, grantTokens } from './shapes';

const principal = text({ min: 1, max: 256, pattern: '[\\w+=,.@:/*-]+' });
const grantId = text({ min: 1, max: 128 });
const grantToken = text({ min: 1, max: 8_192 });
/** KMS accepts at most 100 for lists of grants. */
const paged = { Limit: integer({ min: 1, max: 100 }), Marker: marker };

const operations = list(
  one(
    'CreateGrant',
    'Decapsulate',
    'Decrypt',
    'DeriveSharedSecret',
    'DescribeKey',
    'Encapsulate',
    'Encrypt',
    'GenerateDataKey',
    'GenerateDataKeyPair',
    'GenerateDataKeyPairWithoutPlaintext',
    'GenerateDataKeyWithoutPlaintext',
    'GenerateMac',
    'GetPublicKey',
    'ReEncryptFrom',
    'ReEncryptTo',
    'RetireGrant',
    'Sign',
    'Verify',
    'VerifyMac',
  ),
);
const constraints = structure({
  EncryptionContextSubset: map(text()),
  EncryptionContextEquals: map(text()),
  SourceArn: text({ min: 1, max: 512 }),
});
const principals = {
  GranteePrincipal: principal,
  RetiringPrincipal: principal,
  GranteeServicePrincipal: principal,
  RetiringServicePrincipal: principal,
};
const grants = {
  Grants: required(
    list(
      structure({
        KeyId: text(),
        GrantId: text(),
        Name: text(),
        CreationDate: timestamp,
        ...principals,
        IssuingAccount: text(),
        Operations: operations,
        Constraints: constraints,
      }),
    ),
  ),
  ...page,
};

export const grantOperations = {
  CreateGrant: of(
    'createGrant',
    {
      ...ofKey,
      ...principals,
      Operations: required(operations),
      Constraints: constraints,
      GrantTokens: grantTokens,
      Name: text({ min: 1, max: 256, pattern: '[a-zA-Z0-9:/_-]+' }),
      DryRun: flag,
    },
    { GrantToken: text(), GrantId: text() },
  ),
  ListGrants: of(
    'listGrants',
    { ...ofKey, ...paged, GrantId: grantId, GranteePrincipal: principal, GranteeServicePrincipal: principal },
    grants,
  ),
  ListRetirableGrants: of(
    'listRetirableGrants',
    { ...paged, RetiringPrincipal: principal, RetiringServicePrincipal: principal },
    grants,
  ),
  RetireGrant: of('retireGrant', { GrantToken: grantToken, KeyId: keyId, GrantId: grantId, DryRun: flag }),
  RevokeGrant: of('revokeGrant', { ...ofKey, GrantId: required(grantId), DryRun: flag }),
};
