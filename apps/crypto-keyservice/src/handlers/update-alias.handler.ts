import type { Caller } from '@strongroom/access';
import type { UpdateAliasRequest, UpdateAliasResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { requireOwnAliasName } from '../domain/alias-name';
import { aliasTarget, keyTargetWithoutAlias } from '../domain/key-target';
import { noteAlias, requireOwnKey } from './alias-checks';
import type { Dependencies } from './dependencies';
import { authorizedKey, usableKey, scopeOf, writeOf } from './key-call';

export const updateAlias = (d: Dependencies) =>
  unary<UpdateAliasRequest, UpdateAliasResponse, Caller>(async (request, call) => {
    const alias = aliasTarget(requireOwnAliasName(request.aliasName), scopeOf(d, call));
    const target = requireOwnKey(keyTargetWithoutAlias(request.targetKeyId, scopeOf(d, call)), call);
    noteAlias(call, alias);
    d.access.requireOn(call, 'kms:UpdateAlias', alias.arn, alias.accountId);
    // As in KMS, both the key that loses the alias and the one that gets it must allow it.
    // The one that loses it may be pending deletion.
    await authorizedKey(d, call, 'UpdateAlias', alias);
    const key = await usableKey(d, call, 'UpdateAlias', target);
    await d.store.updateAlias(
      { accountId: alias.accountId, name: request.aliasName, keyId: key.keyId, updatedAt: d.clock.now() },
      writeOf(call),
    );
    return {};
  });
