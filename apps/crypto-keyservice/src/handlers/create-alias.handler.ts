import type { Caller } from '@strongroom/access';
import type { CreateAliasRequest, CreateAliasResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { requireOwnAliasName } from '../domain/alias-name';
import { aliasTarget, keyTargetWithoutAlias } from '../domain/key-target';
import { noteAlias, requireOwnKey } from './alias-checks';
import type { Dependencies } from './dependencies';
import { usableKey, scopeOf, writeOf } from './key-call';

export const createAlias = (d: Dependencies) =>
  unary<CreateAliasRequest, CreateAliasResponse, Caller>(async (request, call) => {
    const alias = aliasTarget(requireOwnAliasName(request.aliasName), scopeOf(d, call));
    const target = requireOwnKey(keyTargetWithoutAlias(request.targetKeyId, scopeOf(d, call)), call);
    d.access.requireOn(call, 'kms:CreateAlias', alias.arn, alias.accountId);
    const key = await usableKey(d, call, 'CreateAlias', target);
    noteAlias(call, alias);
    const now = d.clock.now();
    await d.store.createAlias(
      { accountId: alias.accountId, name: request.aliasName, keyId: key.keyId, createdAt: now, updatedAt: now },
      writeOf(call),
    );
    return {};
  });
