import { type Clock, DAY, HOUR } from '@strongroom/clock';
import type { RandomSource } from '@strongroom/random';
import { secretText } from '../hashing/webhook-signature';
import type { Sealer } from '../sealer.port';
import type { Webhook } from './webhook';

/** How long an old secret signs beside the new one. Milliseconds. */
export const OVERLAP_MS = DAY;
/** Bytes of a secret: Standard Webhooks has 24 to 64. */
const SECRET_BYTES = 32;
/** How long opened secrets stay in memory, milliseconds, and how many webhooks' at most. */
const KEEP_MS = HOUR;
const MAX_KEPT = 1_000;

/** A signing secret, and until when it signs; the newest has no end. */
interface SigningKey {
  secret: string;
  /** Epoch milliseconds. */
  until?: number;
}

interface Kept {
  sealed: Buffer;
  keys: readonly SigningKey[];
  /** Epoch milliseconds. */
  openedAt: number;
}

/** Makes, seals and opens the secrets that sign a webhook's messages. At rest they are sealed by crypto-keyservice. */
export class SigningSecrets {
  /** Opening each time would ask crypto-keyservice for every message, and leave an event of it. */
  private readonly kept = new Map<string, Kept>();

  constructor(
    private readonly sealer: Sealer,
    private readonly random: RandomSource,
    private readonly clock: Clock,
  ) {}

  /** The first secret of a webhook. */
  async make(webhookId: string): Promise<{ secret: string; sealedKeys: Buffer }> {
    return this.sealed(webhookId, []);
  }

  /** A new secret; the one that is in use signs beside it until `oldUntil`. */
  async rotate(webhook: Webhook): Promise<{ secret: string; sealedKeys: Buffer; oldUntil: Date }> {
    const until = this.clock.millis() + OVERLAP_MS;
    const [present] = await this.open(webhook);
    const made = await this.sealed(webhook.id, [{ secret: present!.secret, until }]);
    return { ...made, oldUntil: new Date(until) };
  }

  /** The secrets that sign now, the newest first. */
  async of(webhook: Pick<Webhook, 'id' | 'sealedKeys'>): Promise<string[]> {
    const keys = await this.open(webhook);
    const now = this.clock.millis();
    return keys.filter(({ until = Infinity }) => until > now).map(({ secret }) => secret);
  }

  private async sealed(webhookId: string, older: readonly SigningKey[]) {
    const secret = secretText(this.random.bytes(SECRET_BYTES));
    const text = Buffer.from(JSON.stringify([{ secret }, ...older]));
    return { secret, sealedKeys: await this.sealer.seal(webhookId, text) };
  }

  private async open({ id, sealedKeys }: Pick<Webhook, 'id' | 'sealedKeys'>): Promise<readonly SigningKey[]> {
    const now = this.clock.millis();
    const kept = this.kept.get(id);
    if (kept?.sealed.equals(sealedKeys) && now - kept.openedAt < KEEP_MS) return kept.keys;
    const keys = JSON.parse((await this.sealer.open(id, sealedKeys)).toString()) as SigningKey[];
    this.kept.delete(id);
    if (this.kept.size >= MAX_KEPT) this.kept.delete(this.kept.keys().next().value!);
    this.kept.set(id, { sealed: sealedKeys, keys, openedAt: now });
    return keys;
  }
}
