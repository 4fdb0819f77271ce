import { within } from '@strongroom/clock';
import type { RootKeyConfig } from './config';
import type { ProviderIdentity } from './identity';
import { readIdentity, readIdentityFile, type FoundIdentity } from './identity-file';
import { openByKms } from './kms';
import { openByToken } from './pkcs11';
import type { OpenIdentity, Provider, ProviderKind } from './provider';

export const FILE_VARIABLE = 'STRONGROOM_ROOT_KEY_FILE';
export const TEXT_VARIABLE = 'STRONGROOM_ROOT_KEY';

/** The time that a provider has to open its identity; milliseconds. */
const PATIENCE_MS = 15_000;

/** Those that need nobody, in the order in which they are tried. */
export type UnattendedKinds = Partial<Record<ProviderKind, OpenIdentity>>;

/** What the process brings itself, in a file or its environment; the first that is set. Undefined where neither is. */
export async function configuredIdentity(
  config: RootKeyConfig,
): Promise<(FoundIdentity & { kind: 'file' | 'environment'; named: string }) | undefined> {
  if (config.file !== undefined) {
    return { ...(await readIdentityFile(config.file, FILE_VARIABLE)), kind: 'file', named: FILE_VARIABLE };
  }
  if (config.environment === undefined) return undefined;
  return { ...(await readTextVariable(config.environment)), kind: 'environment', named: TEXT_VARIABLE };
}

async function readTextVariable(text: string): Promise<FoundIdentity> {
  try {
    return await readIdentity(text.trim());
  } catch (error) {
    throw new Error(`${TEXT_VARIABLE}: ${(error as Error).message}`, { cause: error });
  }
}

/** A file is where the operator enrolled it, or where the process is told that it is. */
export function unattendedKinds(config: RootKeyConfig): UnattendedKinds {
  return {
    file: async (provider) => {
      const enrolled = provider.parameters['path'];
      if (enrolled !== undefined) return (await readIdentityFile(String(enrolled), `the provider '${provider.name}'`)).identity;
      if (config.file === undefined) throw new Error(`${FILE_VARIABLE} is not set`);
      return (await readIdentityFile(config.file, FILE_VARIABLE)).identity;
    },
    environment: async () => {
      if (config.environment === undefined) throw new Error(`${TEXT_VARIABLE} is not set`);
      return (await readTextVariable(config.environment)).identity;
    },
    pkcs11: openByToken(config),
    kms: openByKms,
  };
}

/**
 * Opens the identity, and makes sure that it is the one that was enrolled.
 * @throws Error with the reason, within 15 s
 */
export async function openUnattended(kinds: UnattendedKinds, provider: Provider): Promise<ProviderIdentity> {
  const open = kinds[provider.kind];
  if (!open) throw new Error(`this process opens no providers of the kind ${provider.kind}`);
  const identity = await within(open(provider), PATIENCE_MS, () => new Error(`no answer within ${PATIENCE_MS / 1_000} s`));
  const recipient = await identity.recipient();
  if (recipient === provider.recipient) return identity;
  identity.forget();
  throw new Error(`it is another identity (${shortened(recipient)}) than the one enrolled (${shortened(provider.recipient)})`);
}

/** Enough of a recipient to tell it from others: its last characters, since all begin alike. */
export const shortened = (recipient: string): string => `age1pq1…${recipient.slice(-12)}`;
