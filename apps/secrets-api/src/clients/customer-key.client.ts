import { isDomainError, serviceUnavailable } from '@strongroom/errors';
import type { ServiceClient, UnaryOptions } from '@strongroom/grpc-kit';
import type { keyService } from '@strongroom/methods';
import type { CustomerKeyFacts, CustomerKeys, KeyAsker, KeyLastUsage } from '../domain/customer-keys.port';

type Client = Pick<
  ServiceClient<typeof keyService>,
  'describeKey' | 'getKeyLastUsage' | 'listGrants' | 'listAliases' | 'reEncrypt'
>;

const PAGE = 100;
/** KMS allows 50 for a key. */
const MAX_ALIASES = 1_000;
/** The longest wait for the key service, whatever the caller's deadline; milliseconds. */
const MAX_WAIT_MS = 5_000;

/** Keys, as crypto-keyservice shows them to the caller. */
export class CustomerKeyClient implements CustomerKeys {
  constructor(private readonly client: Client) {}

  async describe(keyId: string, asker: KeyAsker): Promise<CustomerKeyFacts> {
    const { keyMetadata } = await asked(this.client.describeKey({ keyId, grantTokens: [] }, optionsFor(asker)));
    const { arn, awsAccountId, keyId: id, currentKeyMaterialVersion } = keyMetadata!;
    return { arn, accountId: awsAccountId, keyId: id, materialVersion: currentKeyMaterialVersion };
  }

  async lastUsage(keyArn: string, asker: KeyAsker): Promise<KeyLastUsage> {
    const { keyLastUsage, trackingStartDate } = await asked(this.client.getKeyLastUsage({ keyId: keyArn }, optionsFor(asker)));
    return { operation: keyLastUsage?.operation || undefined, usedAt: keyLastUsage?.timestamp, trackedSince: trackingStartDate };
  }

  async grantCount(keyArn: string, limit: number, asker: KeyAsker): Promise<number> {
    const all = { keyId: keyArn, limit: PAGE, grantId: '', granteePrincipal: '', granteeServicePrincipal: '' };
    const grants = await collected(limit, async (marker) => {
      const { grants: items, ...page } = await asked(this.client.listGrants({ ...all, marker }, optionsFor(asker)));
      return { items, ...page };
    });
    return grants.length;
  }

  async aliasNames(keyArn: string, asker: KeyAsker): Promise<string[]> {
    const aliases = await collected(MAX_ALIASES, async (marker) => {
      const ofKey = { keyId: keyArn, limit: PAGE, marker };
      const { aliases: items, ...page } = await asked(this.client.listAliases(ofKey, optionsFor(asker)));
      return { items, ...page };
    });
    return aliases.map(({ aliasName }) => aliasName);
  }

  async requireReEncryption(keyArn: string, asker: KeyAsker): Promise<void> {
    const request = { ...DRY_RUN, sourceKeyId: keyArn, destinationKeyId: keyArn };
    try {
      await asked(this.client.reEncrypt(request, optionsFor(asker)));
    } catch (error) {
      if (!isDomainError(error) || error.reason !== 'DryRunOperationException') throw error;
    }
  }
}

/** Asks whether ReEncrypt would succeed, for whatever ciphertext. */
const DRY_RUN = {
  ciphertextBlob: Buffer.alloc(0),
  sourceEncryptionContext: {},
  destinationEncryptionContext: {},
  sourceEncryptionAlgorithm: '',
  destinationEncryptionAlgorithm: '',
  grantTokens: [],
  dryRun: true,
  dryRunModifiers: ['IGNORE_CIPHERTEXT'],
};

interface ListPage<Item> {
  items: readonly Item[];
  truncated: boolean;
  nextMarker: string;
}

/** The items of as many pages as it takes, at most `limit`. */
async function collected<Item>(limit: number, pageAt: (marker: string) => Promise<ListPage<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  let next: string | undefined = '';
  while (next !== undefined && items.length < limit) {
    const page: ListPage<Item> = await pageAt(next);
    items.push(...page.items);
    next = page.truncated ? page.nextMarker : undefined;
  }
  return items.slice(0, limit);
}

const optionsFor = ({ caller, deadline }: KeyAsker): UnaryOptions => ({
  onBehalfOf: caller,
  requestId: caller.requestId,
  deadline,
  timeoutMs: MAX_WAIT_MS,
});

async function asked<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (isDomainError(error) && (error.kind === 'unavailable' || error.kind === 'deadline-exceeded')) {
      throw serviceUnavailable('keys cannot be looked up: crypto-keyservice is unavailable', { cause: error });
    }
    throw error;
  }
}
