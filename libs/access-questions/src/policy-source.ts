/** Where a policy document comes from. */
export interface PolicySource {
  kind: 'managed policy' | 'inline policy' | 'permissions boundary' | 'secret policy' | 'key policy' | 'trust policy' | 'grant';
  name: string;
  /** Of a managed policy; of what has a policy of its own, such as a secret. */
  arn?: string;
  /** Of a managed policy, such as `v3`. */
  version?: string;
  /** Who or what has it, such as `user ann` or `group operators`. */
  of: string;
}

export interface SourcedDocument {
  source: PolicySource;
  document: string;
}

/** A policy as a reader finds it again. */
export const nameOf = ({ kind, name, arn, version, of }: PolicySource): string => {
  if (kind === 'managed policy' || kind === 'permissions boundary') {
    return `the ${kind} ${arn ?? name}${version === undefined ? '' : ` (${version})`} of ${of}`;
  }
  return kind === 'inline policy' ? `the inline policy ${name} of ${of}` : `the ${kind} of ${of}`;
};
