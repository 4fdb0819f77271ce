import { HTTP } from '@strongroom/bounds';
import type { ConnectionCrowds } from './connections';
import { Crowd, FairShare, Quota } from '@strongroom/fairness';

/** The limits over all connections of the gateway, and who uses how much of them. */
export class Door {
  readonly connections: ConnectionCrowds = {
    strangers: new Crowd(HTTP.strangerConnections),
    known: new Crowd(HTTP.knownConnections),
  };
  /** Unfinished requests by network or, if they name a credential that exists, by credential. */
  readonly strangers = new Crowd(HTTP.strangerBytes);
  readonly claimants = new Crowd(HTTP.claimantBytes);
  /** Calls in flight by account or, if the request itself proves its caller, by network. */
  readonly calls = new FairShare(HTTP.calls);
  readonly unsignedCalls = new Quota({ total: HTTP.unsignedCalls, each: HTTP.unsignedCallsOfAddress });

  constructor(
    /** The gauge of the calls in flight. */
    readonly gauge: { inFlight: number },
  ) {}
}
