import { accessTexts } from '../../texts/access';

const policy = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });
const { examples } = accessTexts.policies;

/** Policies of identities to begin with, by their names. */
export const identityExamples: Readonly<Record<string, object>> = {
  [examples.read]: policy({
    Sid: 'ReadSecrets',
    Effect: 'Allow',
    Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
    Resource: 'arn:aws:secretsmanager:*:*:secret:prod/*',
  }),
  [examples.manage]: policy({
    Sid: 'ManageOwnSecrets',
    Effect: 'Allow',
    Action: 'secretsmanager:*',
    Resource: '*',
    Condition: { StringEquals: { 'secretsmanager:ResourceTag/Team': '${aws:PrincipalTag/Team}' } },
  }),
  [examples.keys]: policy({
    Sid: 'UseKey',
    Effect: 'Allow',
    Action: ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'],
    Resource: 'arn:aws:kms:*:*:key/*',
    Condition: { StringLike: { 'kms:ViaService': 'secretsmanager.*.amazonaws.com' } },
  }),
  [examples.deny]: policy({
    Sid: 'DenyWithoutSecondFactor',
    Effect: 'Deny',
    Action: ['secretsmanager:DeleteSecret', 'kms:ScheduleKeyDeletion'],
    Resource: '*',
    Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
  }),
};

/** Trust policies of roles to begin with. */
export function trustExamples(accountId: string): Readonly<Record<string, object>> {
  const ofAccount = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: 'sts:AssumeRole' };
  const names = accessTexts.roles.examples;
  return {
    [names.account]: policy(ofAccount),
    [names.mfa]: policy({ ...ofAccount, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }),
    [names.provider]: policy({
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::${accountId}:oidc-provider/token.actions.githubusercontent.com` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' },
        StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:OWNER/REPOSITORY:*' },
      },
    }),
  };
}

/** The empty form of a policy. */
export const EMPTY_POLICY = JSON.stringify(policy({ Effect: 'Allow', Action: [], Resource: [] }), null, 2);
