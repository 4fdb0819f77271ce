import type { Caller, CallOrigin } from '@strongroom/access';
import { digestOf } from '../../domain/hashing/digest';

const ofCaller = new WeakMap<Caller, string>();

/**
 * What a caller's rights come from, beside secrets and circumstances: other ones if and, but for chance, only if this is other.
 */
export function rightsOf(caller: Caller): string {
  let rights = ofCaller.get(caller);
  if (rights === undefined) {
    const { userId, identity, boundary, session, tags } = caller;
    const texts = (policies: Caller['identity']) => policies.map(({ document }) => document).sort();
    rights = digestOf(userId, texts(identity), boundary?.document, session && texts(session), [...tags].sort());
    ofCaller.set(caller, rights);
  }
  return rights;
}

/** The same with the circumstances that policies may ask for, other than the time; 11 characters of base64url. */
export function rightsFrom({ caller, peer, userAgent, via }: CallOrigin): string {
  return digestOf(rightsOf(caller), peer.address, peer.insecureTransport, userAgent, via).slice(0, 11);
}
