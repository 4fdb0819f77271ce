import type { BuiltInCall, BuiltInFunction } from '@strongroom/rotation-functions';

/** Sets the "password" on a server that is a set of texts. */
export class FakeBuiltIn implements BuiltInFunction {
  readonly name = 'strongroom-test';
  readonly description = 'For tests.';
  readonly createsOnServer = true;
  readonly accepts = new Set<string>();
  readonly calls: string[] = [];
  atOnce = 0;
  mostAtOnce = 0;
  target: string | undefined;
  before: (step: string, call: BuiltInCall) => Promise<void> | void = () => undefined;

  async createSecret(call: BuiltInCall): Promise<void> {
    await this.step('createSecret', call);
    if (await call.secret.read('AWSPENDING')) return;
    await call.secret.putPending({ kind: 'string', text: `pending of ${call.secret.arn}` });
  }

  async setSecret(call: BuiltInCall): Promise<void> {
    await this.step('setSecret', call);
    this.accepts.add(await pendingOf(call));
  }

  async testSecret(call: BuiltInCall): Promise<void> {
    await this.step('testSecret', call);
    if (!this.accepts.has(await pendingOf(call))) throw new Error('cannot log in');
  }

  async testCurrent(call: BuiltInCall): Promise<void> {
    await this.step('testCurrent', call);
  }

  async afterFinish(call: BuiltInCall): Promise<void> {
    const current = await call.secret.read('AWSCURRENT');
    this.calls.push(`afterFinish ${current?.versionId ?? 'without AWSCURRENT'}`);
  }

  targetOf(): Promise<string | undefined> {
    return Promise.resolve(this.target);
  }

  private async step(name: string, call: BuiltInCall): Promise<void> {
    this.calls.push(name);
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
    try {
      await this.before(name, call);
    } finally {
      this.atOnce--;
    }
  }
}

const pendingOf = async ({ secret }: BuiltInCall): Promise<string> => {
  const pending = await secret.read('AWSPENDING');
  if (pending?.value.kind !== 'string') throw new Error('no pending value');
  return pending.value.text;
};
