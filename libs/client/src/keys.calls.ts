import * as contract from '@strongroom/contracts/strongroom/keys/v1/keys';
import type { Caller } from './caller';
import { type Calls, callsOf, isRead } from './calls';

/** Customer keys, their aliases and policies, and encryption with them. */
export type KeysCalls = Calls<contract.KeyServiceClient>;

/** These change nothing either: each answer is independent. */
const computations: ReadonlySet<string> = new Set([
  'encrypt',
  'decrypt',
  'generateDataKey',
  'generateDataKeyWithoutPlaintext',
  'generateRandom',
]);

export const keysCalls = (client: contract.KeyServiceClient, caller: Caller): KeysCalls =>
  callsOf({
    client,
    service: contract.KeyServiceService,
    messages: contract,
    caller,
    isIdempotent: (method) => isRead(method) || computations.has(method),
  });
