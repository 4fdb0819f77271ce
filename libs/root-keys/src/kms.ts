import type * as Sdk from '@aws-sdk/client-kms';
import { forget } from '@strongroom/envelope';
import type { RandomSource } from '@strongroom/random';
import { ProviderIdentity } from './identity';
import type { OpenIdentity, ProtectIdentity, ProviderParameters } from './provider';

/** Each is an attempt; there are two. Milliseconds. */
const TIMEOUT_MS = 5_000;
/** Bound to each wrap; whoever decrypts it by hand must name it. */
const EncryptionContext = { strongroom: 'root-key-provider' };

/** Where the key is: `key`, an id or ARN of it; `region`; and `endpoint`, if it is not AWS's own. */
function locationOf({ key, region, endpoint }: ProviderParameters): { key: string; region: string; endpoint?: string } {
  if (typeof key !== 'string' || typeof region !== 'string') throw new Error('a KMS provider needs key=… and region=…');
  if (endpoint === undefined) return { key, region };
  if (typeof endpoint !== 'string' || !/^https?:\/\//.test(endpoint)) throw new Error('endpoint=… is a URL');
  return { key, region, endpoint };
}

/**
 * Protects an identity by a key of AWS KMS, or of another service with its API, such as another cluster. What is encrypted is the
 * text of the identity's file. Credentials are found as every AWS client finds them.
 */
export const protectByKms =
  (random: RandomSource): ProtectIdentity =>
  async (parameters) => {
    const location = locationOf(parameters);
    const identity = ProviderIdentity.generate(random);
    const text = Buffer.from(`${await identity.text()}\n`);
    try {
      const { CiphertextBlob } = await withClient(location, async (client, { EncryptCommand }) =>
        client.send(new EncryptCommand({ KeyId: location.key, Plaintext: text, EncryptionContext })),
      );
      return {
        recipient: await identity.recipient(),
        parameters: { ...location },
        protectedIdentity: Buffer.from(CiphertextBlob!),
      };
    } finally {
      forget(text);
      identity.forget();
    }
  };

export const openByKms: OpenIdentity = async ({ parameters, protectedIdentity }) => {
  if (!protectedIdentity) throw new Error('its identity is not in the database');
  const location = locationOf(parameters);
  const { Plaintext } = await withClient(location, async (client, { DecryptCommand }) =>
    client.send(new DecryptCommand({ KeyId: location.key, CiphertextBlob: protectedIdentity, EncryptionContext })),
  );
  try {
    return await ProviderIdentity.parse(Buffer.from(Plaintext!).toString('latin1'));
  } finally {
    forget(Plaintext!);
  }
};

async function withClient<T>(
  { region, endpoint }: { region: string; endpoint?: string },
  work: (client: Sdk.KMSClient, sdk: typeof Sdk) => Promise<T>,
): Promise<T> {
  // Loaded only by those who use it: it takes half a second.
  const sdk = await import('@aws-sdk/client-kms');
  const client = new sdk.KMSClient({
    region,
    endpoint,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: TIMEOUT_MS, requestTimeout: TIMEOUT_MS, throwOnRequestTimeout: true },
  });
  try {
    return await work(client, sdk);
  } catch (error) {
    const { name, message } = error as Error;
    throw new Error(`KMS at ${endpoint ?? region}: ${name}: ${message}`, { cause: error });
  } finally {
    client.destroy();
  }
}
