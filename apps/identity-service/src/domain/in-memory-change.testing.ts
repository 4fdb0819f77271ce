import { SeededRandom } from '@strongroom/random';
import type { Identity, IdentityKind } from './identity';
import type { MfaDevice } from './mfa-device';
import { arnOfPolicy, type ManagedPolicy, type PolicyVersion } from './managed-policy';
import type { OidcProvider } from './oidc-provider';
import type { Page, PageRequest } from './paging';
import type { Passkey } from './passkey';
import type { PasswordPolicy } from './password-policy';
import type { NamedDocument } from './policy-document';
import type * as port from './store.port';
import { uniqueId } from './unique-id';

const random = new SeededRandom('in-memory changes');
export const ACCOUNT = '000000000000';
export const NOW = new Date('2026-03-01T12:00:00Z');

const notNeeded = () => Promise.reject(new Error('no rule needs this'));

/** What is stored, for the rules that read and change it in one transaction. It has no locks, and no pages. */
export class InMemoryChange implements port.Change {
  readonly subjects: string[] = [];
  readonly stored = {
    identities: new Map<string, Identity>(),
    members: new Set<string>(),
    documents: new Map<string, Map<string, string>>(),
    attached: new Map<string, Set<string>>(),
    policies: new Map<string, { policy: ManagedPolicy; versions: PolicyVersion[] }>(),
    keys: new Map<string, port.AccessKey>(),
    bindings: new Map<string, port.CertificateBinding>(),
    providers: new Map<string, OidcProvider>(),
    sessions: new Map<string, port.Session>(),
    profiles: new Map<string, port.LoginProfile>(),
    passwords: [] as port.StoredPassword[],
    passwordPolicies: new Map<string, PasswordPolicy>(),
    devices: new Map<string, MfaDevice>(),
    passkeys: new Map<string, Passkey>(),
    links: new Map<string, port.SignInLink>(),
  };

  changed(...subjects: string[]): void {
    this.subjects.push(...subjects);
  }

  /** Stores a user, group or role that has nothing. */
  newIdentity(kind: IdentityKind, name: string): Identity {
    const role = kind === 'role' ? { trustPolicy: '{}', description: '', maxSessionDuration: 3_600 } : undefined;
    const id = uniqueId(kind, random);
    const identity = { id, accountId: ACCOUNT, kind, name, path: '/', createDate: NOW, tags: [], role };
    this.stored.identities.set(id, identity);
    return identity;
  }

  newPolicy(name: string, accountId = ACCOUNT): ManagedPolicy {
    const id = uniqueId('policy', random);
    const policy = { id, accountId, name, path: '/', description: '', defaultVersion: 1, createDate: NOW, updateDate: NOW };
    this.stored.policies.set(arnOfPolicy(policy), { policy, versions: [{ version: 1, document: '{}', createDate: NOW }] });
    return policy;
  }

  newKey(userId: string): port.AccessKey {
    const accessKeyId = uniqueId('access-key', random);
    return { accessKeyId, userId, active: true, sealedSecret: Buffer.of(), createDate: NOW };
  }

  /** Stores a session of an hour. */
  newSession(source: string, identityId: string): port.Session {
    const expireTime = new Date(NOW.getTime() + 3_600_000);
    const secrets = { tokenHash: Buffer.of(), sealedSecret: Buffer.of() };
    const none = { tags: [], transitiveTagKeys: [], policies: [], policyArns: [] };
    const accessKeyId = uniqueId('session', random);
    const session = { ...none, ...secrets, accessKeyId, accountId: ACCOUNT, identityId, source, issueTime: NOW, expireTime };
    this.stored.sessions.set(accessKeyId, session);
    return session;
  }

  /** The access key ids of the sessions that there are. */
  get sessionIds(): string[] {
    return [...this.stored.sessions.keys()];
  }

  readonly accounts: port.Accounts = { add: notNeeded, find: notNeeded, list: notNeeded };

  readonly identities: port.Identities = {
    add: async (identity) => void this.stored.identities.set(identity.id, identity),
    find: async (accountId, { kind, name }) =>
      [...this.stored.identities.values()].find((one) => one.accountId === accountId && one.kind === kind && one.name === name),
    byId: async (id) => this.stored.identities.get(id),
    byIds: async (ids) => ids.flatMap((id) => this.stored.identities.get(id) ?? []),
    list: notNeeded,
    update: async (identity) => void this.stored.identities.set(identity.id, identity),
    remove: async (id) => void this.stored.identities.delete(id),
  };

  readonly memberships: port.Memberships = {
    add: async (groupId, userId) => void this.stored.members.add(`${groupId} ${userId}`),
    remove: async (groupId, userId) => this.stored.members.delete(`${groupId} ${userId}`),
    groupsOf: async (userId, page) =>
      cut(
        this.joined((group, user) => user === userId && group),
        page,
      ),
    membersOf: async (groupId, page) =>
      cut(
        this.joined((group, user) => group === groupId && user),
        page,
      ),
    countGroupsOf: async (userId) => this.joined((group, user) => user === userId && group).length,
  };

  readonly inlinePolicies: port.InlinePolicies = {
    put: async (identityId, { name, document }) => void this.documentsOf(identityId).set(name, document),
    find: async (identityId, name) => named(this.documentsOf(identityId)).find((one) => one.name === name),
    of: async (identityId) => named(this.documentsOf(identityId)),
    remove: async (identityId, name) => this.documentsOf(identityId).delete(name),
  };

  readonly attachments: port.Attachments = {
    add: async (identityId, arn) => void this.attachedTo(identityId).add(arn),
    remove: async (identityId, arn) => this.attachedTo(identityId).delete(arn),
    of: async (identityId) => [...this.attachedTo(identityId)],
    count: async (_accountId, arns) => new Map(arns.map((arn) => [arn, this.usersOf(arn)])),
    isUsed: async (arn) =>
      this.usersOf(arn) > 0 || [...this.stored.identities.values()].some((one) => one.permissionsBoundary === arn),
  };

  readonly policies: port.ManagedPolicies = {
    add: async (policy, document) =>
      void this.stored.policies.set(arnOfPolicy(policy), { policy, versions: [{ version: 1, document, createDate: NOW }] }),
    find: async ({ arn }) => this.stored.policies.get(arn)?.policy,
    list: notNeeded,
    setDefault: async (policyId, defaultVersion, updateDate) => {
      const held = this.policyById(policyId);
      held.policy = { ...held.policy, defaultVersion, updateDate };
    },
    remove: async (policyId) => void this.stored.policies.delete(arnOfPolicy(this.policyById(policyId).policy)),
    addVersion: async (policyId, document, createDate) => {
      const { versions } = this.policyById(policyId);
      const added = { version: (versions[0]?.version ?? 0) + 1, document, createDate };
      versions.unshift(added);
      return added;
    },
    version: async (policyId, version) => this.policyById(policyId).versions.find((one) => one.version === version),
    versions: async (policyId) => this.policyById(policyId).versions,
    removeVersion: async (policyId, version) => {
      const held = this.policyById(policyId);
      held.versions = held.versions.filter((one) => one.version !== version);
    },
  };

  readonly accessKeys: port.AccessKeys = {
    add: async (key) => void this.stored.keys.set(key.accessKeyId, key),
    find: async (accessKeyId) => this.stored.keys.get(accessKeyId),
    of: async (userId) => [...this.stored.keys.values()].filter((key) => key.userId === userId),
    setActive: async (accessKeyId, active) =>
      void this.stored.keys.set(accessKeyId, { ...this.stored.keys.get(accessKeyId)!, active }),
    remove: async (accessKeyId) => void this.stored.keys.delete(accessKeyId),
  };

  readonly bindings: port.CertificateBindings = {
    add: async (binding) => void this.stored.bindings.set(binding.uri, binding),
    find: async (uri) => this.stored.bindings.get(uri),
    list: notNeeded,
    isBound: async (identityId) => [...this.stored.bindings.values()].some((one) => one.identityId === identityId),
    remove: async (uri) => void this.stored.bindings.delete(uri),
  };

  readonly oidcProviders: port.OidcProviders = {
    add: async (provider) => void this.stored.providers.set(provider.arn, provider),
    find: async (arn) => this.stored.providers.get(arn),
    of: async (accountId) => [...this.stored.providers.values()].filter((one) => one.accountId === accountId),
    update: async (provider) => void this.stored.providers.set(provider.arn, provider),
    remove: async (arn) => void this.stored.providers.delete(arn),
  };

  readonly sessions: port.Sessions = {
    add: async (session) => void this.stored.sessions.set(session.accessKeyId, session),
    find: async (accessKeyId) => this.stored.sessions.get(accessKeyId),
    remove: async (accessKeyId) => void this.stored.sessions.delete(accessKeyId),
    removeOf: async (identityId, now) =>
      this.removeSessions((one) => one.identityId === identityId).filter(({ expireTime }) => expireTime > now).length,
    removeFrom: async (source, except) => {
      this.removeSessions((one) => one.source === source && one.accessKeyId !== except);
      for (const [hash, link] of this.stored.links) if (link.source === source) this.stored.links.delete(hash);
    },
    of: async (identityId, now, page) =>
      cut(
        [...this.stored.sessions.values()].filter((one) => one.identityId === identityId && one.expireTime > now),
        page,
      ),
  };

  readonly loginProfiles: port.LoginProfiles = {
    add: async (profile) => void this.stored.profiles.set(profile.userId, profile),
    find: async (userId) => this.stored.profiles.get(userId),
    update: async (profile) => void this.stored.profiles.set(profile.userId, profile),
    remove: async (userId) => {
      this.stored.profiles.delete(userId);
      this.stored.passwords = this.stored.passwords.filter((one) => one.userId !== userId);
    },
    addPassword: async (password) => void this.stored.passwords.unshift(password),
    passwords: async (userId, most) => this.stored.passwords.filter((one) => one.userId === userId).slice(0, most),
    removePasswordsUpTo: async (userId, generation) => {
      this.stored.passwords = this.stored.passwords.filter((one) => one.userId !== userId || one.generation > generation);
    },
  };

  readonly passwordPolicies: port.PasswordPolicies = {
    find: async (accountId) => this.stored.passwordPolicies.get(accountId),
    put: async (accountId, policy) => void this.stored.passwordPolicies.set(accountId, policy),
    remove: async (accountId) => this.stored.passwordPolicies.delete(accountId),
  };

  readonly mfaDevices: port.MfaDevices = {
    add: async (device) => void this.stored.devices.set(device.serialNumber, device),
    find: async (serialNumber) => this.stored.devices.get(serialNumber),
    of: async (userId) => [...this.stored.devices.values()].filter((one) => one.userId === userId),
    count: async () => this.stored.devices.size,
    list: notNeeded,
    update: async (device) => void this.stored.devices.set(device.serialNumber, device),
    remove: async (serialNumber) => void this.stored.devices.delete(serialNumber),
  };

  readonly passkeys: port.Passkeys = {
    add: async (passkey) => void this.stored.passkeys.set(passkey.serialNumber, passkey),
    find: async (serialNumber) => this.stored.passkeys.get(serialNumber),
    of: async (userId) => [...this.stored.passkeys.values()].filter((one) => one.userId === userId),
    setSignCount: notNeeded,
    remove: async (serialNumber) => void this.stored.passkeys.delete(serialNumber),
    useChallenge: notNeeded,
  };

  readonly signInLinks: port.SignInLinks = {
    add: async (link) => void this.stored.links.set(link.tokenHash.toString('hex'), link),
    take: async (tokenHash) => {
      const link = this.stored.links.get(tokenHash.toString('hex'));
      this.stored.links.delete(tokenHash.toString('hex'));
      return link;
    },
  };

  private joined(idOf: (groupId: string, userId: string) => string | false): Identity[] {
    return [...this.stored.members].flatMap((member) => {
      const [groupId, userId] = member.split(' ') as [string, string];
      const id = idOf(groupId, userId);
      return id === false ? [] : (this.stored.identities.get(id) ?? []);
    });
  }

  private documentsOf(identityId: string): Map<string, string> {
    if (!this.stored.documents.has(identityId)) this.stored.documents.set(identityId, new Map());
    return this.stored.documents.get(identityId)!;
  }

  private attachedTo(identityId: string): Set<string> {
    if (!this.stored.attached.has(identityId)) this.stored.attached.set(identityId, new Set());
    return this.stored.attached.get(identityId)!;
  }

  private usersOf(arn: string): number {
    return [...this.stored.attached.values()].filter((arns) => arns.has(arn)).length;
  }

  private policyById(policyId: string) {
    return [...this.stored.policies.values()].find(({ policy }) => policy.id === policyId)!;
  }

  private removeSessions(isMeant: (session: port.Session) => boolean): port.Session[] {
    const gone = [...this.stored.sessions.values()].filter(isMeant);
    for (const { accessKeyId } of gone) this.stored.sessions.delete(accessKeyId);
    return gone;
  }
}

const named = (documents: Map<string, string>): NamedDocument[] => [...documents].map(([name, document]) => ({ name, document }));

const cut = <Item>(items: Item[], { size }: PageRequest): Page<Item> => ({
  items: items.slice(0, size),
  truncated: items.length > size,
});
