import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type { CreateGrantRequest, CreateGrantResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import type { Grant } from '../domain/grant';
import { limitsOf } from '../domain/grant-limits';
import { requireGrantTerms, requireSuitable } from '../domain/grant-terms';
import { issueGrantToken } from '../domain/hashing/grant-token';
import type { Dependencies } from './dependencies';
import { contextOfGrant, noteGrant } from './grant-messages';
import { endDryRun, keyFor, type KeyCall } from './key-call';

/** 32 bytes: 64 hex digits. */
const ID_LENGTH = 32;
const TOKEN_KEY_LENGTH = 32;

export const createGrant = (d: Dependencies) =>
  unary<CreateGrantRequest, CreateGrantResponse, Caller>(async (request, call) => {
    const terms = requireGrantTerms(request);
    noteGrant(call, terms);
    const key = await keyFor(d, call, 'CreateGrant', request.keyId, {
      conditions: contextOfGrant(call, terms),
      grantTokens: request.grantTokens,
      newGrant: limitsOf(terms),
    });
    requireSuitable(terms, key);
    endDryRun(request);
    const grant = {
      ...terms,
      grantId: d.random.bytes(ID_LENGTH).toString('hex'),
      keyId: key.keyId,
      issuingAccountId: call.caller.accountId,
      createdAt: d.clock.now(),
      tokenKey: d.random.bytes(TOKEN_KEY_LENGTH),
    };
    const stored = await d.grants.create(grant, writeOfGrant(call));
    return { grantId: stored.grantId, grantToken: issueGrantToken(stored, d.random) };
  });

const writeOfGrant = (call: KeyCall) => ({
  deadline: call.deadline,
  beforeCommit: ({ grantId }: Grant) => {
    auditOf(call).response('grantId', grantId);
    return auditOf(call).commit();
  },
});
