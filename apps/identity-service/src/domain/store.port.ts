import type { Identity, IdentityKind, IdentityName, Tag } from './identity';
import type { MfaDevice } from './mfa-device';
import type { Passkey } from './passkey';
import type { PasswordPolicy } from './password-policy';
import type { ManagedPolicy, PolicyReference, PolicyVersion } from './managed-policy';
import type { OidcProvider } from './oidc-provider';
import type { Page, PageRequest } from './paging';
import type { NamedDocument } from './policy-document';

export interface Account {
  accountId: string;
  displayName: string;
  createDate: Date;
}

export interface AccessKey {
  accessKeyId: string;
  userId: string;
  active: boolean;
  sealedSecret: Buffer;
  createDate: Date;
}

export interface CertificateBinding {
  uri: string;
  accountId: string;
  identityId: string;
  createDate: Date;
}

export interface Session {
  /** `ASIA…`. */
  accessKeyId: string;
  tokenHash: Buffer;
  accountId: string;
  /** The user's or role's. */
  identityId: string;
  /** Of a role session. */
  sessionName?: string;
  /**
   * The permanent credential at the start of the chain: `AKIA…`, `cert:<uri>`, `login:<user id>` for a password, or the ARN of an
   * OpenID Connect provider. When it
   * is removed, every session that began with it ends, however many roles are in between.
   */
  source: string;
  /** Session tags, including inherited ones. */
  tags: Tag[];
  transitiveTagKeys: string[];
  /** The inline session policy, if any. */
  policies: NamedDocument[];
  /** Managed session policies. */
  policyArns: string[];
  sealedSecret: Buffer;
  issueTime: Date;
  expireTime: Date;
  /** When a second factor was shown for it; undefined if none was. */
  multiFactorAuthTime?: Date;
  /** Where it began, and with which program. */
  sourceIpAddress?: string;
  userAgent?: string;
}

/** That a user may sign in by password. */
export interface LoginProfile {
  userId: string;
  createDate: Date;
  resetRequired: boolean;
  /** Of the password in force; counts up with each change. */
  generation: number;
}

/** A password as it is kept: its hash, sealed. */
export interface StoredPassword {
  userId: string;
  generation: number;
  sealedHash: Buffer;
  setAt: Date;
}

/** Signs a user in once. */
export interface SignInLink {
  tokenHash: Buffer;
  userId: string;
  /** The session's source: what the link was made with. */
  source: string;
  expireTime: Date;
}

export interface Accounts {
  /** Throws EntityAlreadyExists. */
  add(account: Account): Promise<void>;
  find(accountId: string): Promise<Account | undefined>;
  list(page: PageRequest): Promise<Page<Account>>;
}

/**
 * How a row that is read in a transaction is locked until its end: `change` exclusively, `use` together with other users of it.
 */
export type Lock = 'change' | 'use';

export interface Identities {
  /** Throws EntityAlreadyExists. */
  add(identity: Identity): Promise<void>;
  find(accountId: string, name: IdentityName, lock?: Lock): Promise<Identity | undefined>;
  byId(id: string, lock?: Lock): Promise<Identity | undefined>;
  byIds(ids: readonly string[]): Promise<Identity[]>;
  list(accountId: string, kind: IdentityKind, pathPrefix: string, page: PageRequest): Promise<Page<Identity>>;
  update(identity: Identity): Promise<void>;
  remove(id: string): Promise<void>;
}

export interface Memberships {
  /** Does nothing if it is one already. */
  add(groupId: string, userId: string): Promise<void>;
  /** Whether it was one. */
  remove(groupId: string, userId: string): Promise<boolean>;
  groupsOf(userId: string, page: PageRequest): Promise<Page<Identity>>;
  membersOf(groupId: string, page: PageRequest): Promise<Page<Identity>>;
  countGroupsOf(userId: string): Promise<number>;
}

export interface InlinePolicies {
  put(identityId: string, policy: NamedDocument): Promise<void>;
  find(identityId: string, name: string): Promise<NamedDocument | undefined>;
  of(identityId: string): Promise<NamedDocument[]>;
  /** Whether it was there. */
  remove(identityId: string, name: string): Promise<boolean>;
}

export interface Attachments {
  /** Does nothing if it is already attached. */
  add(identityId: string, policyArn: string): Promise<void>;
  /** Whether it was attached. */
  remove(identityId: string, policyArn: string): Promise<boolean>;
  /** ARNs, in the order of the policies' names. */
  of(identityId: string): Promise<string[]>;
  /** How often each policy is attached to an identity, in one account. */
  count(accountId: string, policyArns: readonly string[]): Promise<Map<string, number>>;
  /** Whether a policy is attached anywhere, or is anybody's boundary. */
  isUsed(policyArn: string): Promise<boolean>;
}

export interface ManagedPolicies {
  /** Throws EntityAlreadyExists. */
  add(policy: ManagedPolicy, document: string): Promise<void>;
  find(policy: PolicyReference, lock?: Lock): Promise<ManagedPolicy | undefined>;
  list(accountId: string, pathPrefix: string, page: PageRequest & { inclusive?: boolean }): Promise<Page<ManagedPolicy>>;
  setDefault(policyId: string, version: number, updateDate: Date): Promise<void>;
  remove(policyId: string): Promise<void>;
  /** Adds a version, numbered after the highest that ever existed. */
  addVersion(policyId: string, document: string, createDate: Date): Promise<PolicyVersion>;
  version(policyId: string, version: number): Promise<PolicyVersion | undefined>;
  /** Newest first. */
  versions(policyId: string): Promise<PolicyVersion[]>;
  removeVersion(policyId: string, version: number): Promise<void>;
}

export interface AccessKeys {
  add(key: AccessKey): Promise<void>;
  find(accessKeyId: string, lock?: Lock): Promise<AccessKey | undefined>;
  of(userId: string): Promise<AccessKey[]>;
  setActive(accessKeyId: string, active: boolean): Promise<void>;
  remove(accessKeyId: string): Promise<void>;
}

export interface CertificateBindings {
  /** Throws EntityAlreadyExists: a URI belongs to one identity of one account. */
  add(binding: CertificateBinding): Promise<void>;
  find(uri: string, lock?: Lock): Promise<CertificateBinding | undefined>;
  list(accountId: string, page: PageRequest): Promise<Page<CertificateBinding>>;
  isBound(identityId: string): Promise<boolean>;
  remove(uri: string): Promise<void>;
}

export interface OidcProviders {
  /** Throws EntityAlreadyExists. */
  add(provider: OidcProvider): Promise<void>;
  find(arn: string, lock?: Lock): Promise<OidcProvider | undefined>;
  /** Of an account, in the order of their ARNs. */
  of(accountId: string): Promise<OidcProvider[]>;
  update(provider: OidcProvider): Promise<void>;
  remove(arn: string): Promise<void>;
}

export interface Sessions {
  add(session: Session): Promise<void>;
  find(accessKeyId: string, lock?: Lock): Promise<Session | undefined>;
  remove(accessKeyId: string): Promise<void>;
  /** The number of those that had not expired at `now`. */
  removeOf(identityId: string, now: Date): Promise<number>;
  /** With the links that would begin one. `except`: the access key id of a session that stays. */
  removeFrom(source: string, except?: string): Promise<void>;
  /** Those that have not expired at `now`, in the order of their access key ids. */
  of(identityId: string, now: Date, page: PageRequest): Promise<Page<Session>>;
}

export interface LoginProfiles {
  /** Throws EntityAlreadyExists. */
  add(profile: LoginProfile, userName: string): Promise<void>;
  find(userId: string, lock?: Lock): Promise<LoginProfile | undefined>;
  update(profile: LoginProfile): Promise<void>;
  /** With all its passwords. */
  remove(userId: string): Promise<void>;
  addPassword(password: StoredPassword): Promise<void>;
  /** At most so many, the newest first. */
  passwords(userId: string, most: number): Promise<StoredPassword[]>;
  removePasswordsUpTo(userId: string, generation: number): Promise<void>;
}

export interface PasswordPolicies {
  find(accountId: string): Promise<PasswordPolicy | undefined>;
  put(accountId: string, policy: PasswordPolicy): Promise<void>;
  /** Whether it was there. */
  remove(accountId: string): Promise<boolean>;
}

export interface MfaDevices {
  /** Throws EntityAlreadyExists. */
  add(device: MfaDevice): Promise<void>;
  find(serialNumber: string, lock?: Lock): Promise<MfaDevice | undefined>;
  /** In the order of their serial numbers. */
  of(userId: string): Promise<MfaDevice[]>;
  count(accountId: string): Promise<number>;
  /** `assigned`: only those that a user has, or has not. */
  list(accountId: string, assigned: boolean | undefined, page: PageRequest): Promise<Page<MfaDevice>>;
  update(device: MfaDevice): Promise<void>;
  remove(serialNumber: string): Promise<void>;
}

export interface Passkeys {
  /** Throws EntityAlreadyExists. */
  add(passkey: Passkey): Promise<void>;
  find(serialNumber: string, lock?: Lock): Promise<Passkey | undefined>;
  /** In the order of their serial numbers. */
  of(userId: string): Promise<Passkey[]>;
  setSignCount(serialNumber: string, signCount: number): Promise<void>;
  remove(serialNumber: string): Promise<void>;
  /** Whether nobody has used the challenge before; now it is used. Kept until `expireTime`. */
  useChallenge(challengeHash: Buffer, expireTime: Date): Promise<boolean>;
}

export interface SignInLinks {
  add(link: SignInLink): Promise<void>;
  /** Takes it away: nobody else gets it, also if it has expired. */
  take(tokenHash: Buffer): Promise<SignInLink | undefined>;
}

export interface Repositories {
  accounts: Accounts;
  identities: Identities;
  memberships: Memberships;
  inlinePolicies: InlinePolicies;
  attachments: Attachments;
  policies: ManagedPolicies;
  accessKeys: AccessKeys;
  bindings: CertificateBindings;
  oidcProviders: OidcProviders;
  sessions: Sessions;
  loginProfiles: LoginProfiles;
  passwordPolicies: PasswordPolicies;
  mfaDevices: MfaDevices;
  passkeys: Passkeys;
  signInLinks: SignInLinks;
}

/** A transaction that changes things. */
export interface Change extends Repositories {
  /**
   * Names the changed subjects on which principals may depend: unique ids, ARNs of managed policies, `cert:<uri>`, ARNs of OpenID
   * Connect providers. Every service drops those principals.
   */
  changed(...subjects: string[]): void;
}

export interface Store {
  /** A consistent reading. `deadline`: epoch milliseconds. */
  read<T>(deadline: number, work: (repositories: Repositories) => Promise<T>): Promise<T>;
  /**
   * A transaction: all of it or nothing. `work` may run more than once. `beforeCommit` runs after `work` has succeeded; if it
   * fails, nothing changes.
   */
  change<T>(options: { deadline: number; beforeCommit?: () => Promise<void> }, work: (change: Change) => Promise<T>): Promise<T>;
}
