import { keyNumbers, keyTexts } from '@strongroom/field-rules';
import { flag, integer, list, map, required, structure, text, timestamp } from '../../model/shapes';
import { keyId, marker, of, ofKey, one, page, grantTokens } from './shapes';

const principal = text(keyTexts.principal);
const grantId = text(keyTexts.grantId);
const paged = { Limit: integer(keyNumbers.shortLimit), Marker: marker };

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
  SourceArn: text(keyTexts.sourceArn),
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
      Name: text(keyTexts.grantName),
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
  RetireGrant: of('retireGrant', { GrantToken: text(keyTexts.grantToken), KeyId: keyId, GrantId: grantId, DryRun: flag }),
  RevokeGrant: of('revokeGrant', { ...ofKey, GrantId: required(grantId), DryRun: flag }),
};
