import { type Environment, numberOf, readEnvironment } from '@strongroom/config';
import { z } from 'zod';

/** What a process needs to open root keys. Which providers there are is in the database. */
export interface RootKeyConfig {
  /** The file of the first provider, and of one that moved; mode 0600. */
  readonly file?: string;
  /** The same content as the file's. */
  readonly environment?: string;
  /** Where the local socket for operators is; absent: there is none, and nobody can open a sealed service. */
  readonly socket?: string;
  /** The library of a PKCS#11 token, and the file with its PIN. */
  readonly pkcs11Module?: string;
  readonly pkcs11PinFile?: string;
  /** Whether the service starts sealed, though a provider would open by itself. */
  readonly startSealed: boolean;
  /** How long a new root key is pending, and an old one retiring at least; milliseconds. */
  readonly graceMs: number;
}

/** Longer than a process takes to read the root keys again; milliseconds. */
const GRACE_MS = 15_000;

/**
 * Reads the variables, and removes STRONGROOM_ROOT_KEY from `env`: what the process starts inherits it from there.
 * @throws ConfigError
 */
export function readRootKeyConfig(env: Environment): RootKeyConfig {
  const read = readEnvironment(env, {
    STRONGROOM_ROOT_KEY_FILE: z.string().optional(),
    STRONGROOM_ROOT_KEY: z.string().optional(),
    // The address of a Unix socket has 108 bytes, the last of which is zero.
    STRONGROOM_ROOT_KEY_SOCKET: z.string().max(107, 'must be a path of at most 107 characters').optional(),
    STRONGROOM_ROOT_KEY_PKCS11_MODULE: z.string().optional(),
    STRONGROOM_ROOT_KEY_PKCS11_PIN_FILE: z.string().optional(),
    STRONGROOM_ROOT_KEY_START: z.enum(['open', 'sealed'], { error: 'must be open or sealed' }).default('open'),
  });
  delete (env as Record<string, string | undefined>)['STRONGROOM_ROOT_KEY'];
  return {
    file: read.STRONGROOM_ROOT_KEY_FILE,
    environment: read.STRONGROOM_ROOT_KEY,
    socket: read.STRONGROOM_ROOT_KEY_SOCKET,
    pkcs11Module: read.STRONGROOM_ROOT_KEY_PKCS11_MODULE,
    pkcs11PinFile: read.STRONGROOM_ROOT_KEY_PKCS11_PIN_FILE,
    startSealed: read.STRONGROOM_ROOT_KEY_START === 'sealed',
    graceMs: numberOf(env, 'STRONGROOM_ROOT_KEY_GRACE_MS', { min: 1_000, max: 86_400_000, fallback: GRACE_MS }),
  };
}
