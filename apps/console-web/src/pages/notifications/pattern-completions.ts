import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';

/** What may stand in a pattern, with what it is. */
const WORDS: readonly Completion[] = [
  ...(
    [
      ['source', 'where the event comes from'],
      ['detail-type', 'a call, or what a service did by itself'],
      ['account', '12 digits'],
      ['resources', 'ARNs'],
      ['detail', 'CloudTrail’s record'],
      ['eventName', 'the operation'],
      ['eventSource', 'the service'],
      ['errorCode', 'the error’s name; absent on success'],
      ['userIdentity', 'who called'],
      ['userName', 'of a user'],
      ['type', 'kind of the caller'],
      ['arn', 'of the caller'],
      ['sourceIPAddress', 'where the call came from'],
      ['requestParameters', 'names, ids and labels of the call'],
      ['secretId', 'the secret that was named'],
      ['readOnly', 'whether the call only reads'],
    ] as const
  ).map(([label, detail]) => ({ label, detail, type: 'property' })),
  ...(
    [
      ['prefix', 'a text begins so'],
      ['suffix', 'a text ends so'],
      ['anything-but', 'everything else'],
      ['equals-ignore-case', 'capitals do not matter'],
      ['wildcard', '* stands for anything'],
      ['numeric', 'a number in a range'],
      ['cidr', 'an address in a network'],
      ['exists', 'the field is there, or is not'],
      ['$or', 'one of several'],
    ] as const
  ).map(([label, detail]) => ({ label, detail, type: 'keyword' })),
  ...['aws.secretsmanager', 'aws.kms', 'aws.iam', 'aws.sts', 'aws.signin', 'aws.cloudwatch', 'aws.events', 'aws.sns'].map(
    (label) => ({
      label,
      type: 'constant',
    }),
  ),
  ...[
    'CreateSecret',
    'DeleteSecret',
    'GetSecretValue',
    'PutSecretValue',
    'RestoreSecret',
    'RotationFailed',
    'RotationSucceeded',
    'PutResourcePolicy',
    'ScheduleKeyDeletion',
    'AccessDeniedException',
    'AssumeRole',
    'ConsoleLogin',
    'AWS API Call via CloudTrail',
    'AWS Service Event via CloudTrail',
  ].map((label) => ({ label, type: 'constant' })),
];

/** Completes words within quotes. */
export function patternCompletions(context: CompletionContext): CompletionResult | null {
  const word = context.matchBefore(/"[\w.$-]*/);
  return word ? { from: word.from + 1, options: [...WORDS], validFor: /^[\w.$-]*$/ } : null;
}
