import type { Caller } from '@strongroom/access';
import type { DeleteAliasRequest, DeleteAliasResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { requireOwnAliasName } from '../domain/alias-name';
import { aliasTarget } from '../domain/key-target';
import { noteAlias } from './alias-checks';
import type { Dependencies } from './dependencies';
import { authorizedKey, scopeOf, writeOf } from './key-call';

export const deleteAlias = (d: Dependencies) =>
  unary<DeleteAliasRequest, DeleteAliasResponse, Caller>(async (request, call) => {
    const alias = aliasTarget(requireOwnAliasName(request.aliasName), scopeOf(d, call));
    noteAlias(call, alias);
    d.access.requireOn(call, 'kms:DeleteAlias', alias.arn, alias.accountId);
    await authorizedKey(d, call, 'DeleteAlias', alias);
    await d.store.deleteAlias(alias.accountId, request.aliasName, writeOf(call));
    return {};
  });
