import { HTTP } from '@strongroom/bounds';
import type { ConnectionCrowds } from './connections';
import { Crowd, FairShare, Quota } from '@strongroom/fairness';

/** What is bounded over all connections of the gateway, and by whom it is taken. */
export class Door {
  readonly connections: ConnectionCrowds = {
    strangers: new Crowd(HTTP.strangerConnections),
    known: new Crowd(HTTP.knownConnections),
  };
  /** Unfinished requests by network, and of those who name a credential that exists, by it. */
  readonly strangers = new Crowd(HTTP.strangerBytes);
  readonly claimants = new Crowd(HTTP.claimantBytes);
  /** Calls under way by account, and by network of those that prove their caller by what is in them. */
  readonly calls = new FairShare(HTTP.calls);
  readonly unsignedCalls = new Quota({ total: HTTP.unsignedCalls, each: HTTP.unsignedCallsOfAddress });

  constructor(
    /** Where the calls under way are counted. */
    readonly gauge: { inFlight: number },
  ) {}
}
