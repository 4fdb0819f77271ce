import { keysTexts } from '../../texts/keys';

const { examples } = keysTexts.create;

/** Key policies to begin with. */
export function keyPolicyExamples(accountId: string): Readonly<Record<string, object>> {
  const root = { AWS: `arn:aws:iam::${accountId}:root` };
  const ofAccount = { Sid: 'Account', Effect: 'Allow', Principal: root, Action: 'kms:*', Resource: '*' };
  return {
    [examples.account]: { Version: '2012-10-17', Statement: [ofAccount] },
    [examples.split]: {
      Version: '2012-10-17',
      Statement: [
        {
          ...{ Sid: 'Administrators', Effect: 'Allow', Principal: root },
          Action: [
            ...['kms:Create*', 'kms:Describe*', 'kms:Enable*', 'kms:List*', 'kms:Put*', 'kms:Update*', 'kms:Revoke*'],
            ...['kms:Disable*', 'kms:Get*', 'kms:Delete*', 'kms:Rotate*', 'kms:TagResource', 'kms:UntagResource'],
            ...['kms:ScheduleKeyDeletion', 'kms:CancelKeyDeletion'],
          ],
          Resource: '*',
        },
        {
          ...{ Sid: 'Users', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:role/ROLE` } },
          Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
          Resource: '*',
        },
      ],
    },
  };
}
