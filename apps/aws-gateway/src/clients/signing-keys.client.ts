import { HTTP } from '@strongroom/bounds';
import { sessionTokenHash } from '@strongroom/access';
import { MINUTE, type Clock } from '@strongroom/clock';
import type { DeriveSigningKeyRequest, DeriveSigningKeyResponse } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { FairCache, Quota } from '@strongroom/fairness';
import type { ServiceClient } from '@strongroom/grpc-kit';
import type { signingKeyService } from '@strongroom/methods';
import { rateExceeded } from '../gateway/visit';
import { scopeText } from '../signature/canonical-request';
import type { SigningKey, SigningKeyQuestion, SigningKeys } from '../signature/signing-keys.port';

/** A held key decides nothing: the service that is called looks up its holder for each call. */
const LIFETIME = 5 * MINUTE;
const TIMEOUT = 2_000;

interface Held {
  key: SigningKey;
  /** Epoch milliseconds. */
  until: number;
}

/** Gets signing keys from identity-service, and holds them. */
export class SigningKeysClient implements SigningKeys {
  private readonly held: FairCache<Held>;
  /** The accounts of the held keys, by the names of the keys. */
  private readonly accounts = new Map<string, string>();
  /** Questions in flight. Everybody who asks the same shares one. */
  private readonly underWay = new Map<string, Promise<SigningKey | 'expired' | undefined>>();
  /** Anybody can invent names of keys. */
  private readonly questions = new Quota({ total: HTTP.keyQuestions, each: HTTP.keyQuestionsOfAddress });

  constructor(
    private readonly client: ServiceClient<typeof signingKeyService>,
    private readonly clock: Clock,
    capacity: number = HTTP.heldKeys,
  ) {
    this.held = new FairCache({ capacity, gone: (_, name) => this.accounts.delete(name) });
  }

  async find({ accessKeyId, sessionToken, scope }: SigningKeyQuestion, network: string, deadline: number) {
    const tokenHash = sessionToken === undefined ? undefined : sessionTokenHash(sessionToken);
    if (sessionToken !== undefined && tokenHash === undefined) return undefined;
    const name = [accessKeyId, tokenHash?.toString('base64') ?? '', scopeText(scope)].join(' ');
    const held = this.held.get(this.accounts.get(name) ?? '', name);
    if (held !== undefined && held.until > this.clock.millis()) return held.key;
    let answer = this.underWay.get(name);
    if (answer === undefined) {
      if (!this.questions.take(network)) throw rateExceeded();
      answer = this.ask(name, { accessKeyId, sessionTokenHash: tokenHash, ...scope }, deadline);
      this.underWay.set(name, answer);
      const forget = () => {
        this.underWay.delete(name);
        this.questions.give(network);
      };
      answer.then(forget, forget);
    }
    return answer;
  }

  private async ask(name: string, question: DeriveSigningKeyRequest, deadline: number) {
    const { outcome } = await this.client.deriveSigningKey(question, { deadline, timeoutMs: TIMEOUT });
    const answer = outcomeOf(outcome);
    if (typeof answer === 'object') this.hold(name, answer);
    return answer;
  }

  private hold(name: string, key: SigningKey): void {
    this.held.set(key.accountId, name, { key, until: this.clock.millis() + LIFETIME });
    this.accounts.set(name, key.accountId);
  }
}

const outcomeOf = (outcome: DeriveSigningKeyResponse['outcome']): SigningKey | 'expired' | undefined =>
  outcome?.$case === 'key' ? outcome.value : outcome?.$case === 'expired' ? 'expired' : undefined;
