import { createHmac } from 'node:crypto';
import type { SigningKey, SigningKeyQuestion, SigningKeys } from '../signing-keys.port';

/** Knows the secrets that a test put in. */
export class FakeSigningKeys implements SigningKeys {
  readonly asked: SigningKeyQuestion[] = [];
  private readonly secrets = new Map<string, { secret: string; token?: string; expired?: boolean; accountId?: string }>();

  add(accessKeyId: string, secret: string, session: { token?: string; expired?: boolean; accountId?: string } = {}): this {
    this.secrets.set(accessKeyId, { secret, ...session });
    return this;
  }

  find(question: SigningKeyQuestion): Promise<SigningKey | 'expired' | undefined> {
    this.asked.push(question);
    const { accessKeyId, sessionToken, scope } = question;
    const known = this.secrets.get(accessKeyId);
    if (known === undefined || known.token !== sessionToken) return Promise.resolve(undefined);
    if (known.expired) return Promise.resolve('expired');
    const start: Buffer | string = `AWS4${known.secret}`;
    const key = [scope.date, scope.region, scope.service, 'aws4_request'].reduce<Buffer | string>(
      (last, part) => createHmac('sha256', last).update(part).digest(),
      start,
    );
    const kind = sessionToken === undefined ? 'key' : 'session';
    return Promise.resolve({
      key: key as Buffer,
      credentialId: `${kind}:${accessKeyId}`,
      accountId: known.accountId ?? '000000000000',
    });
  }
}
