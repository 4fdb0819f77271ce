import type { RequestKey, RequestPage, RotationRequest, RotationRequests } from './rotation-request.port';

/** What secrets-api would know: requests, and which version is AWSCURRENT. */
export class FakeRotationRequests implements RotationRequests {
  readonly requests = new Map<string, RotationRequest>();
  readonly current = new Map<string, string>();
  /** The secrets of requests that somebody has looked at. */
  readonly lookedAt = new Set<string>();

  add(overrides: Partial<RotationRequest> = {}): RotationRequest {
    const number = this.requests.size + 1;
    const request: RotationRequest = {
      secretArn: `arn:aws:secretsmanager:us-east-1:000000000000:secret:db-${number}-AbCdEf`,
      secretName: `db-${number}`,
      accountId: '000000000000',
      token: `token-${number}`.padEnd(32, '-'),
      kind: 'rotate',
      state: 'open',
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:strongroom-test',
      attempt: 1,
      requestedAt: new Date('2026-03-10T12:00:00Z'),
      initiatedBy: '',
      rotationToken: 'rotation-token',
      ...overrides,
    };
    this.put(request);
    return request;
  }

  put(request: RotationRequest): void {
    this.requests.set(keyOf(request), request);
  }

  of(key: RequestKey): RotationRequest {
    const request = this.requests.get(keyOf(key));
    if (!request) throw new Error('no such request');
    return request;
  }

  scan(): Promise<RequestPage> {
    const requests = [...this.requests.values()].filter(({ state }) => state === 'open');
    return Promise.resolve({ requests, nextToken: '', isMoreDue: false });
  }

  find(key: RequestKey): Promise<RotationRequest | undefined> {
    this.lookedAt.add(key.secretArn);
    return Promise.resolve(this.requests.get(keyOf(key)));
  }

  async finish(key: RequestKey): Promise<void> {
    const request = this.of(key);
    if (request.state === 'open' && request.kind === 'rotate') this.current.set(request.secretArn, request.token);
    if (request.state === 'open') this.put({ ...request, state: 'complete' });
  }

  async fail(key: RequestKey, attempt: number): Promise<void> {
    const request = this.of(key);
    if (request.state === 'open' && request.attempt === attempt) this.put({ ...request, state: 'failed' });
  }

  async reopen(key: RequestKey): Promise<RotationRequest> {
    const request = this.of(key);
    if (request.state === 'failed') this.put({ ...request, state: 'open', attempt: request.attempt + 1 });
    return this.of(key);
  }

  async dropPending(key: RequestKey): Promise<void> {
    this.put({ ...this.of(key), state: 'abandoned' });
  }
}

const keyOf = ({ secretArn, token }: RequestKey): string => `${secretArn} ${token}`;
