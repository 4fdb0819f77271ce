import { forget, openWithRootKey, RootKey, RootKeys, sealWithRootKey } from '@strongroom/envelope';
import type { RandomSource } from '@strongroom/random';
import type { RootKeyConfig } from './config';
import { encryptTo, type ProviderIdentity } from './identity';
import { attendedKinds, type NewProvider, type Provider } from './provider';
import type { RootKeyStore, StoredRootKey, Wraps } from './store';
import { configuredIdentity, openUnattended, type UnattendedKinds } from './unattended';

export interface OpenRequest {
  readonly store: RootKeyStore;
  readonly config: RootKeyConfig;
  readonly kinds: UnattendedKinds;
  readonly random: RandomSource;
}

/** Why nothing opened by itself; somebody can open the service all the same. */
export interface Sealed {
  /** By the names of providers. */
  readonly reasons: ReadonlyMap<string, string>;
}

export interface Opened {
  readonly rootKeys: RootKeys;
  /** The name of the provider that opened them. */
  readonly provider: string;
}

/**
 * Opens the root keys with a provider that needs nobody. The first start makes the first root key, for the provider that the
 * process brings. Nothing is written before the fingerprints are verified.
 *
 * @returns why not, when somebody who is enrolled can open them
 * @throws Error when nobody can, with every reason
 */
export async function openRootKeys(request: OpenRequest): Promise<Opened | Sealed> {
  const { store, config, kinds } = request;
  const providers = await providersAfterFirstStart(request);
  const reasons = new Map<string, string>();
  const tryAll = providers.filter(({ kind }) => !attendedKinds.has(kind));
  const inOrder = Object.keys(kinds).flatMap((kind) => tryAll.filter((provider) => provider.kind === kind));
  for (const provider of config.startSealed ? [] : inOrder) {
    try {
      return await openWith(store, provider, await openUnattended(kinds, provider));
    } catch (error) {
      reasons.set(provider.name, (error as Error).message);
    }
  }
  if (config.startSealed || providers.some(({ kind }) => attendedKinds.has(kind))) return { reasons };
  const all = [...reasons].map(([name, reason]) => `${name}: ${reason}`).join('; ');
  const rootKey = (await store.rootKeys()).find(({ state }) => state === 'current');
  throw new Error(
    `no provider opens the root key (fingerprint ${rootKey?.fingerprint}): ${all || 'none is of a kind that this process opens'}`,
  );
}

/**
 * Opens every root key in use with a provider's identity, which is erased.
 * @throws Error when the identity does not open them, or opens others than those stored
 */
export async function openWith(store: RootKeyStore, provider: Provider, identity: ProviderIdentity): Promise<Opened> {
  const rootKeys = await openRootKeysOf(store, provider, identity);
  await store.used(provider.name);
  return { rootKeys, provider: provider.name };
}

/** As `openWith`, and writes nothing. */
export async function openRootKeysOf(store: RootKeyStore, provider: Provider, identity: ProviderIdentity): Promise<RootKeys> {
  try {
    const stored = (await store.rootKeys()).filter(({ state }) => state !== 'retired');
    const wraps = await store.wrapsFor(provider.name);
    const current = stored.find(({ state }) => state === 'current');
    if (!current) throw new Error('the database holds no root key');
    const rootKeys = new RootKeys(await unwrap(current, wraps, identity));
    for (const other of stored) {
      if (other !== current) rootKeys.add(await unwrap(other, wraps, identity));
    }
    return rootKeys;
  } finally {
    identity.forget();
  }
}

async function unwrap({ fingerprint }: StoredRootKey, wraps: Wraps, identity: ProviderIdentity): Promise<RootKey> {
  const wrapped = wraps.get(fingerprint);
  if (!wrapped) throw new Error(`it has no wrap of the root key ${fingerprint}`);
  let bytes: Buffer;
  try {
    bytes = await identity.decrypt(wrapped);
  } catch {
    throw new Error(`its wrap of the root key ${fingerprint} does not open: it was damaged or replaced`);
  }
  const rootKey = fromBytes(bytes);
  requireFingerprint(rootKey, fingerprint, 'its wrap');
  return rootKey;
}

/** @throws Error that names both fingerprints */
function requireFingerprint(rootKey: RootKey, fingerprint: string, what: string): void {
  if (rootKey.fingerprint === fingerprint) return;
  rootKey.forget();
  throw new Error(
    `${what} holds another root key (fingerprint ${rootKey.fingerprint}) than the one that sealed the stored data ` +
      `(fingerprint ${fingerprint})`,
  );
}

function fromBytes(bytes: Buffer): RootKey {
  try {
    return RootKey.fromBytes(bytes);
  } finally {
    forget(bytes);
  }
}

/** The root key encrypted to every provider. */
export async function wrapFor(rootKey: RootKey, providers: readonly NewProvider[]): Promise<Map<string, Buffer>> {
  const bytes = rootKey.copyBytes();
  try {
    const wraps = new Map<string, Buffer>();
    for (const { name, recipient } of providers) wraps.set(name, await encryptTo(recipient, bytes));
    return wraps;
  } finally {
    forget(bytes);
  }
}

/** What a provider that is being enrolled opens: every root key here, by its fingerprint. */
export async function wrapsOfAll(rootKeys: RootKeys, provider: NewProvider): Promise<Map<string, Buffer>> {
  const wraps = new Map<string, Buffer>();
  for (const fingerprint of rootKeys.fingerprints) {
    const wrapped = await wrapFor(rootKeys.find(fingerprint)!, [provider]);
    wraps.set(fingerprint, wrapped.get(provider.name)!);
  }
  return wraps;
}

const linkBinding = (fingerprint: string) => ({ purpose: 'root-key', context: { Fingerprint: fingerprint } });

/** A root key sealed under the one before it, for processes that hold that one. */
export function sealLink(next: RootKey, current: RootKey, random: RandomSource): Buffer {
  const bytes = next.copyBytes();
  try {
    return sealWithRootKey(current, linkBinding(next.fingerprint), bytes, random);
  } finally {
    forget(bytes);
  }
}

/** @throws Error */
export function openLink(rootKeys: RootKeys, { fingerprint, link }: StoredRootKey): RootKey {
  if (!link) throw new Error(`the root key ${fingerprint} cannot be opened from the one before it any more`);
  const rootKey = fromBytes(openWithRootKey(rootKeys, linkBinding(fingerprint), link));
  requireFingerprint(rootKey, fingerprint, 'the link');
  return rootKey;
}

/** Enrols the provider that the process brings, where there is none yet. */
async function providersAfterFirstStart({ store, config, random }: OpenRequest): Promise<Provider[]> {
  // Before the providers: where another process makes both in between, there are providers too.
  const [inUse] = (await store.rootKeys()).filter(({ state }) => state !== 'retired');
  const present = await store.providers();
  if (present.length > 0) return present;
  const found = await configuredIdentity(config);
  if (!found) throw new Error('there is no root key provider yet: set STRONGROOM_ROOT_KEY_FILE for the first');
  const { identity, kind, named } = found;
  const provider: NewProvider = { name: kind, kind, recipient: await identity.recipient(), parameters: {} };
  identity.forget();
  if (inUse) {
    // From before there were providers: what the process brings is the root key itself.
    if (!found.rootKey) {
      throw new Error(
        `${named} holds an identity that opens nothing: bring the root key ${inUse.fingerprint} itself, as before the upgrade`,
      );
    }
    requireFingerprint(found.rootKey, inUse.fingerprint, named);
    await store.enroll(provider, await wrapsOfAll(new RootKeys(found.rootKey), provider));
  } else {
    const first = RootKey.generate(random);
    await store.establish({ fingerprint: first.fingerprint, wraps: await wrapFor(first, [provider]) }, provider);
    first.forget();
  }
  found.rootKey?.forget();
  // Another process may have been first, with the same provider or another one.
  return store.providers();
}
