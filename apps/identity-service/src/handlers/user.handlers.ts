import type {
  CreateUserRequest,
  CreateUserResponse,
  DeleteUserRequest,
  DeleteUserResponse,
  GetUserRequest,
  GetUserResponse,
  ListUsersRequest,
  ListUsersResponse,
} from '@strongroom/contracts/strongroom/identity/v1/identity';
import type { Caller } from '@strongroom/access';
import { unary } from '@strongroom/grpc-kit';
import { checkName, checkPath, checkPathPrefix, checkTags } from '../domain/field-rules';
import type { Identity } from '../domain/identity';
import { usablePolicy } from '../domain/identity-policies';
import { removeIdentity } from '../domain/identity-removal';
import { parsePolicyArn } from '../domain/managed-policy';
import { nextMarker, pageOf } from '../domain/paging';
import { uniqueId } from '../domain/unique-id';
import type { Dependencies } from './dependencies';
import { boundaryContext, tagContext } from './iam-access';
import { nameIdentity, requireIdentity, userOf, writeOf } from './iam-call';
import { toUser } from './iam-messages';

export const createUser = (d: Dependencies) =>
  unary<CreateUserRequest, CreateUserResponse, Caller>(async (request, call) => {
    const boundary =
      request.permissionsBoundary === '' ? undefined : parsePolicyArn(request.permissionsBoundary, 'permissions_boundary');
    const user: Identity = {
      id: uniqueId('user', d.random),
      accountId: call.caller.accountId,
      kind: 'user',
      name: checkName(request.userName, 'user', 'user_name'),
      path: checkPath(request.path),
      createDate: d.clock.now(),
      permissionsBoundary: boundary?.arn,
      tags: checkTags(request.tags),
    };
    const tags = tagContext(user.tags);
    const { tags: _, ...untagged } = user;
    d.access.requireOn(call, 'iam:CreateUser', untagged, { ...tags, ...boundaryContext(boundary?.arn) });
    if (user.tags.length > 0) d.access.requireOn(call, 'iam:TagUser', untagged, tags);
    nameIdentity(call, user);
    await d.store.change(writeOf(call), async (change) => {
      if (boundary) await usablePolicy(change, boundary, user.accountId);
      await change.identities.add(user);
    });
    return { user: toUser(user) };
  });

export const getUser = (d: Dependencies) =>
  unary<GetUserRequest, GetUserResponse, Caller>(async (request, call) => {
    const name = userOf(request.userName, call);
    const user = await d.store.read(call.deadline, (stored) => requireIdentity(d, call, stored, 'iam:GetUser', name));
    return { user: toUser(user) };
  });

export const listUsers = (d: Dependencies) =>
  unary<ListUsersRequest, ListUsersResponse, Caller>(async (request, call) => {
    const page = pageOf(request);
    const prefix = checkPathPrefix(request.pathPrefix);
    d.access.require(call, 'iam:ListUsers');
    const { accountId } = call.caller;
    const users = await d.store.read(call.deadline, (stored) => stored.identities.list(accountId, 'user', prefix, page));
    return { users: users.items.map(toUser), marker: nextMarker(users, (user) => user.name) };
  });

export const deleteUser = (d: Dependencies) =>
  unary<DeleteUserRequest, DeleteUserResponse, Caller>(async (request, call) => {
    const name = { kind: 'user', name: checkName(request.userName, 'user', 'user_name') } as const;
    await d.store.change(writeOf(call), async (change) => {
      const user = await requireIdentity(d, call, change, 'iam:DeleteUser', name, { lock: 'change' });
      await removeIdentity(change, user, d.clock.now());
    });
    return {};
  });
