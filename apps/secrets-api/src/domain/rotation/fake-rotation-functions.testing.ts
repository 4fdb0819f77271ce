import type { DomainError } from '@strongroom/errors';
import { functionNotInvokable } from './rotation-errors';
import type { RotationFunctions } from './rotation-ports';

/** rotation-worker's directory in memory. */
export class FakeRotationFunctions implements RotationFunctions {
  /** The error for every look-up. */
  outage: DomainError | undefined;
  private readonly known = new Set<string>();

  /** Returns the function's ARN. */
  add(name: string, accountId = '000000000000'): string {
    const arn = `arn:aws:lambda:us-east-1:${accountId}:function:${name}`;
    this.known.add(arn);
    return arn;
  }

  async resolve(accountId: string, name: string): Promise<string> {
    if (this.outage) throw this.outage;
    const arn = name.startsWith('arn:') ? name : `arn:aws:lambda:us-east-1:${accountId}:function:${name}`;
    if (!this.known.has(arn)) throw functionNotInvokable();
    return arn;
  }
}
