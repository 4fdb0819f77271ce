import type { Caller } from '@strongroom/access';
import type { ListAliasesRequest, ListAliasesResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { arnOfAlias, keyTargetWithoutAlias } from '../domain/key-target';
import { requireAliasMarker, requireLimit } from '../domain/limits';
import type { Dependencies } from './dependencies';
import { scopeOf } from './key-call';

export const listAliases = (d: Dependencies) =>
  unary<ListAliasesRequest, ListAliasesResponse, Caller>(async (request, call) => {
    const scope = scopeOf(d, call);
    const limit = requireLimit(request.limit, { min: 1, max: 100, byDefault: 50 });
    const after = requireAliasMarker(request.marker);
    const target = request.keyId === undefined ? undefined : keyTargetWithoutAlias(request.keyId, scope);
    d.access.requireOn(call, 'kms:ListAliases', '*', scope.accountId);

    const aliases = await d.store.listAliases(scope.accountId, target?.keyId, { after, limit: limit + 1 });
    const page = aliases.slice(0, limit);
    const truncated = aliases.length > limit;
    return {
      aliases: page.map((alias) => ({
        aliasName: alias.name,
        aliasArn: arnOfAlias(alias.name, scope),
        targetKeyId: alias.keyId,
        creationDate: alias.createdAt,
        lastUpdatedDate: alias.updatedAt,
      })),
      truncated,
      nextMarker: truncated ? page.at(-1)!.name : '',
    };
  });
