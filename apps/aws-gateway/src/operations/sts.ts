import type { tokenService } from '@strongroom/methods';
import { identityNumbers, identityTexts } from '@strongroom/field-rules';
import type { Fields } from '../model/message';
import { integer, list, type Members, refused, required, structure, text, timestamp } from '../model/shapes';
import { operationsOf, type Operations } from './operation';

const of = operationsOf<typeof tokenService>('tokens');

const tag = structure({ Key: required(text(identityTexts.tagKey)), Value: required(text(identityTexts.tagValue)) });
const roleSession: Members = {
  RoleArn: required(text({ min: 20, max: 2_048 })),
  RoleSessionName: required(text(identityTexts.roleSessionName)),
  PolicyArns: list(structure({ arn: text({ min: 20, max: 2_048 }) })),
  Policy: text({ min: 1, max: 2_048 }),
  DurationSeconds: integer(identityNumbers.roleSessionDuration),
};
const secondFactor: Members = {
  SerialNumber: text(identityTexts.serialNumber),
  TokenCode: text({ ...identityTexts.authenticationCode, sensitive: true }),
};
const credentials = structure({
  AccessKeyId: required(text()),
  SecretAccessKey: required(text()),
  SessionToken: required(text()),
  Expiration: required(timestamp),
});
const assumedRole: Members = {
  Credentials: credentials,
  AssumedRoleUser: structure({ AssumedRoleId: required(text()), Arn: required(text()) }),
};
const withoutPolicyNames = ({ policyArns = [], ...fields }: Fields): Fields => ({
  ...fields,
  policyArns: (policyArns as Fields[]).map(({ arn }) => arn ?? ''),
});
const nestRole = ({ assumedRoleArn, assumedRoleId, ...message }: Fields): Fields => ({
  ...message,
  assumedRoleUser: { assumedRoleId, arn: assumedRoleArn },
});

/** AWS STS, 2011-06-15. */
export const sts: Operations = new Map(
  Object.entries({
    AssumeRole: of(
      'assumeRole',
      {
        ...roleSession,
        Tags: list(tag, identityNumbers.tags),
        TransitiveTagKeys: list(text(identityTexts.tagKey), identityNumbers.tags),
        ExternalId: text(identityTexts.externalId),
        ...secondFactor,
        SourceIdentity: refused(),
        ProvidedContexts: refused(),
      },
      assumedRole,
      { toRequest: withoutPolicyNames, fromResponse: nestRole },
    ),
    AssumeRoleWithWebIdentity: of(
      'assumeRoleWithWebIdentity',
      {
        ...roleSession,
        WebIdentityToken: required(text({ ...identityTexts.webIdentityToken, sensitive: true })),
        ProviderId: refused(),
      },
      { ...assumedRole, SubjectFromWebIdentityToken: text(), Provider: text(), Audience: text() },
      { toRequest: withoutPolicyNames, fromResponse: nestRole, isUnsigned: true },
    ),
    GetCallerIdentity: of('getCallerIdentity', {}, { UserId: text(), Account: text(), Arn: text() }),
    GetSessionToken: of(
      'getSessionToken',
      { DurationSeconds: integer(identityNumbers.sessionTokenDuration), ...secondFactor },
      { Credentials: credentials },
    ),
  }),
);
