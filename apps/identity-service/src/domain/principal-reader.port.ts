import type { Identity } from './identity';
import type { NamedDocument } from './policy-document';
import type { AccessKey, CertificateBinding, Session } from './store.port';

/** Everything on an identity that decides what it may do. */
export interface Grants {
  identity: Identity;
  groupIds: string[];
  /** Inline policies of the identity and its groups. */
  inlinePolicies: NamedDocument[];
  /** ARNs of the managed policies attached to the identity and its groups. */
  attached: string[];
}

/** An access key, and its account. */
export type OwnedAccessKey = AccessKey & { accountId: string };

/**
 * The reads from which principals are assembled; each sees everything committed before it began. `deadline`: epoch milliseconds.
 */
export interface PrincipalReader {
  binding(uri: string, deadline: number): Promise<CertificateBinding | undefined>;
  sessionByTokenHash(hash: Buffer, deadline: number): Promise<Session | undefined>;
  session(accessKeyId: string, deadline: number): Promise<Session | undefined>;
  accessKey(accessKeyId: string, deadline: number): Promise<OwnedAccessKey | undefined>;
  grants(identityId: string, deadline: number): Promise<Grants | undefined>;
  /** The documents in force, by ARN; missing for policies that do not exist. Never called for built-in policies. */
  documents(policyArns: readonly string[], deadline: number): Promise<Map<string, string>>;
}
