import type { ProviderIdentity } from './identity';

/** How a provider's identity is protected. */
export const providerKinds = ['file', 'environment', 'passphrase', 'pkcs11', 'kms', 'quorum'] as const;

export type ProviderKind = (typeof providerKinds)[number];

/** Kinds that open when somebody is there; the others open by themselves at a start. */
export const attendedKinds: ReadonlySet<ProviderKind> = new Set<ProviderKind>(['passphrase', 'quorum']);

export type ProviderParameters = Readonly<Record<string, string | number>>;

/** What the operator enrolled to open root keys. Everything in it may be read by whoever reads the database. */
export interface NewProvider {
  /** Lower-case letters, digits and hyphens; at most 64. */
  readonly name: string;
  readonly kind: ProviderKind;
  /** age's recipient, to which root keys are encrypted. */
  readonly recipient: string;
  /** Where to find what protects the identity: a path, a key's id; never a secret. */
  readonly parameters: ProviderParameters;
  /** The identity as its protector encrypted it; absent where it rests elsewhere. */
  readonly protectedIdentity?: Buffer;
}

export interface Provider extends NewProvider {
  readonly enrolledAt: Date;
  /** When it last opened root keys for a service. */
  readonly usedAt?: Date;
  /** When a drill last proved that it opens every row. */
  readonly drilledAt?: Date;
}

/** Opens the identity of a provider without anybody. @throws Error with the reason */
export type OpenIdentity = (provider: Provider) => Promise<ProviderIdentity>;

/** Makes an identity whose protector the service itself uses, and protects it. @throws Error with the reason */
export type ProtectIdentity = (parameters: ProviderParameters) => Promise<Omit<NewProvider, 'name' | 'kind'>>;

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

/** @throws RangeError */
export function requireProviderName(name: string): string {
  if (!NAME.test(name)) throw new RangeError('a provider needs a name of 1 to 64 lower-case letters, digits and hyphens');
  return name;
}

/** @throws RangeError */
export function requireProviderKind(kind: string): ProviderKind {
  const known = providerKinds.find((each) => each === kind);
  if (!known) throw new RangeError(`a provider is one of ${providerKinds.join(', ')}`);
  return known;
}
