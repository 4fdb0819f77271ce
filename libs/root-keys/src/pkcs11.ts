import { readSecretFile } from '@strongroom/config';
import { forget } from '@strongroom/envelope';
import type { RandomSource } from '@strongroom/random';
import type * as Library from 'pkcs11js';
import type { Handle, PKCS11 } from 'pkcs11js';
import type { RootKeyConfig } from './config';
import { ProviderIdentity } from './identity';
import type { OpenIdentity, ProtectIdentity, ProviderParameters } from './provider';

const IV_LENGTH = 12;
const TAG_LENGTH = 16;
/** Bound to each wrap, so that the token's key opens nothing else as an identity. */
const PURPOSE = Buffer.from('strongroom/root-key-provider/v1');

const textOf = (parameters: ProviderParameters, name: string): string => {
  const value = parameters[name];
  if (typeof value !== 'string' || value === '') throw new Error(`a PKCS#11 provider needs ${name}=…`);
  return value;
};

/**
 * Protects an identity with an AES-256 key that never leaves a token. The key is made where the token has none of this label. The
 * stored blob is IV (12), ciphertext, tag (16), of AES-GCM.
 */
export const protectByToken =
  (config: RootKeyConfig, random: RandomSource): ProtectIdentity =>
  async (parameters) => {
    const token = textOf(parameters, 'token');
    const key = textOf(parameters, 'key');
    const identity = ProviderIdentity.generate(random);
    const bytes = identity.copyBytes();
    const iv = random.bytes(IV_LENGTH);
    try {
      const sealed = await inSession(config, token, (pkcs11, session, api) => {
        const handle = findKey(pkcs11, session, api, key) ?? makeKey(pkcs11, session, api, key);
        pkcs11.C_EncryptInit(session, gcm(api, iv), handle);
        return pkcs11.C_Encrypt(session, bytes, Buffer.alloc(bytes.length + 2 * TAG_LENGTH));
      });
      const recipient = await identity.recipient();
      return { recipient, parameters: { token, key }, protectedIdentity: Buffer.concat([iv, sealed]) };
    } finally {
      forget(bytes);
      identity.forget();
    }
  };

export const openByToken =
  (config: RootKeyConfig): OpenIdentity =>
  async ({ parameters, protectedIdentity }) => {
    if (!protectedIdentity) throw new Error('its identity is not in the database');
    const key = textOf(parameters, 'key');
    const iv = protectedIdentity.subarray(0, IV_LENGTH);
    const bytes = await inSession(config, textOf(parameters, 'token'), (pkcs11, session, api) => {
      const handle = findKey(pkcs11, session, api, key);
      if (!handle) throw new Error(`the token has no key '${key}'`);
      pkcs11.C_DecryptInit(session, gcm(api, iv), handle);
      return pkcs11.C_Decrypt(session, protectedIdentity.subarray(IV_LENGTH), Buffer.alloc(protectedIdentity.length));
    });
    try {
      return ProviderIdentity.fromBytes(bytes);
    } finally {
      forget(bytes);
    }
  };

type Api = typeof Library;

const gcm = (api: Api, iv: Buffer) => ({
  mechanism: api.CKM_AES_GCM,
  parameter: { type: api.CK_PARAMS_AES_GCM, iv, aad: PURPOSE, ivBits: 8 * IV_LENGTH, tagBits: 8 * TAG_LENGTH },
});

/** Runs `work` on the token of this label, logged in. The library's calls block: a token that hangs holds up the process. */
async function inSession<T>(
  { pkcs11Module, pkcs11PinFile }: RootKeyConfig,
  token: string,
  work: (pkcs11: PKCS11, session: Handle, api: Api) => T,
): Promise<T> {
  if (pkcs11Module === undefined) throw new Error('STRONGROOM_ROOT_KEY_PKCS11_MODULE is not set');
  if (pkcs11PinFile === undefined) throw new Error('STRONGROOM_ROOT_KEY_PKCS11_PIN_FILE is not set');
  // The library takes it as a string, which nobody can erase.
  const pin = readSecretFile(pkcs11PinFile, 'STRONGROOM_ROOT_KEY_PKCS11_PIN_FILE');
  const api = await loadLibrary();
  const pkcs11 = new api.PKCS11();
  try {
    pkcs11.load(pkcs11Module);
    pkcs11.C_Initialize({ flags: api.CKF_OS_LOCKING_OK });
    try {
      const slot = pkcs11.C_GetSlotList(true).find((each) => pkcs11.C_GetTokenInfo(each).label.trim() === token);
      if (!slot) throw new Error(`there is no token '${token}'`);
      const session = pkcs11.C_OpenSession(slot, api.CKF_SERIAL_SESSION | api.CKF_RW_SESSION);
      pkcs11.C_Login(session, api.CKU_USER, pin);
      return work(pkcs11, session, api);
    } finally {
      // Ends all sessions, and so the login.
      pkcs11.C_Finalize();
    }
  } catch (error) {
    throw new Error(`PKCS#11: ${(error as Error).message}`, { cause: error });
  } finally {
    pkcs11.close();
  }
}

/** Not installed where it could not be built; nobody else needs it. */
async function loadLibrary(): Promise<Api> {
  try {
    const { default: api } = (await import('pkcs11js')) as unknown as { default: Api };
    return api;
  } catch (error) {
    throw new Error('the package pkcs11js is not installed here', { cause: error });
  }
}

function findKey(pkcs11: PKCS11, session: Handle, api: Api, label: string): Handle | undefined {
  pkcs11.C_FindObjectsInit(session, [
    { type: api.CKA_CLASS, value: api.CKO_SECRET_KEY },
    { type: api.CKA_LABEL, value: label },
  ]);
  try {
    return pkcs11.C_FindObjects(session, 1)[0];
  } finally {
    pkcs11.C_FindObjectsFinal(session);
  }
}

function makeKey(pkcs11: PKCS11, session: Handle, api: Api, label: string): Handle {
  return pkcs11.C_GenerateKey(session, { mechanism: api.CKM_AES_KEY_GEN }, [
    { type: api.CKA_CLASS, value: api.CKO_SECRET_KEY },
    { type: api.CKA_KEY_TYPE, value: api.CKK_AES },
    { type: api.CKA_VALUE_LEN, value: 32 },
    { type: api.CKA_LABEL, value: label },
    { type: api.CKA_TOKEN, value: true },
    { type: api.CKA_PRIVATE, value: true },
    { type: api.CKA_SENSITIVE, value: true },
    { type: api.CKA_EXTRACTABLE, value: false },
    { type: api.CKA_ENCRYPT, value: true },
    { type: api.CKA_DECRYPT, value: true },
  ]);
}
