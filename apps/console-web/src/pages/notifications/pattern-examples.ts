/** A pattern that somebody can begin with. */
export interface PatternExample {
  readonly label: string;
  readonly pattern: object;
  /** Whether calls that only read are among what it matches. */
  readonly reads?: boolean;
}

export const PATTERN_EXAMPLES: readonly PatternExample[] = [
  {
    label: 'A secret is deleted or restored',
    pattern: { source: ['aws.secretsmanager'], detail: { eventName: ['DeleteSecret', 'RestoreSecret'] } },
  },
  {
    label: 'A secret under prod/ is read',
    pattern: {
      source: ['aws.secretsmanager'],
      detail: { eventName: ['GetSecretValue'], requestParameters: { secretId: [{ prefix: 'prod/' }] } },
    },
    reads: true,
  },
  {
    label: 'Somebody changes who may do what',
    pattern: { source: ['aws.iam'], detail: { eventName: [{ prefix: 'Put' }, { prefix: 'Attach' }, { prefix: 'Create' }] } },
  },
  {
    label: 'A call is refused',
    pattern: { detail: { errorCode: ['AccessDeniedException', 'AccessDenied'] } },
    reads: true,
  },
  {
    label: 'A rotation fails',
    pattern: { source: ['aws.secretsmanager'], detail: { eventName: ['RotationFailed'] } },
  },
  {
    label: 'A call comes from outside of the network',
    pattern: { detail: { sourceIPAddress: [{ 'anything-but': { prefix: '10.' } }] } },
    reads: true,
  },
];

/** JSON as people read it. What is no JSON stays as it is. */
export function readablePattern(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
