import type { Caller, PrincipalSource } from './caller';

/** Knows the principals that a test added, by any credential. */
export class FakePrincipalSource implements PrincipalSource {
  private readonly byKey = new Map<string, Caller>();

  /** `credential`: a certificate's URI or a token. The caller is found by its credential id too. */
  add(credential: string, caller: Caller): this {
    this.byKey.set(credential, caller).set(caller.credentialId, caller);
    return this;
  }

  remove(credential: string): void {
    const caller = this.byKey.get(credential);
    this.byKey.delete(credential);
    if (caller) this.byKey.delete(caller.credentialId);
  }

  byCertificate(uri: string): Promise<Caller | undefined> {
    return Promise.resolve(this.byKey.get(uri));
  }

  byToken(token: string): Promise<Caller | undefined> {
    return Promise.resolve(this.byKey.get(token));
  }

  byCredentialId(credentialId: string): Promise<Caller | undefined> {
    return Promise.resolve(this.byKey.get(credentialId));
  }
}
