import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import {
  AccessKeyStatus,
  type CreateAccessKeyRequest,
  type CreateAccessKeyResponse,
  type DeleteAccessKeyRequest,
  type DeleteAccessKeyResponse,
  type ListAccessKeysRequest,
  type ListAccessKeysResponse,
  type UpdateAccessKeyRequest,
  type UpdateAccessKeyResponse,
} from '@strongroom/contracts/strongroom/identity/v1/identity';
import { unary } from '@strongroom/grpc-kit';
import { accessKeyOf, addAccessKey, removeAccessKey, setKeyActive } from '../domain/access-keys';
import { checkAccessKeyId } from '../domain/field-rules';
import { validationError } from '../domain/iam-errors';
import type { AccessKey, Change } from '../domain/store.port';
import type { Dependencies } from './dependencies';
import type { IamCall } from './iam-access';
import { requireIdentity, userOf, writeOf } from './iam-call';
import { toAccessKey } from './iam-messages';

export const createAccessKey = (d: Dependencies) =>
  unary<CreateAccessKeyRequest, CreateAccessKeyResponse, Caller>(async (request, call) => {
    const name = userOf(request.userName, call);
    const { accessKeyId, secretAccessKey, sealedSecret } = d.mint.newAccessKey();
    return d.store.change(writeOf(call), async (change) => {
      // Locks the user exclusively, so that the second of two simultaneous calls counts the key of the first.
      const user = await requireIdentity(d, call, change, 'iam:CreateAccessKey', name, { lock: 'change' });
      const key = { accessKeyId, userId: user.id, active: true, sealedSecret, createDate: d.clock.now() };
      await addAccessKey(change, key);
      auditOf(call).response('accessKeyId', accessKeyId);
      return { accessKey: toAccessKey(user.name, key), secretAccessKey };
    });
  });

export const listAccessKeys = (d: Dependencies) =>
  unary<ListAccessKeysRequest, ListAccessKeysResponse, Caller>(async (request, call) => {
    const name = userOf(request.userName, call);
    return d.store.read(call.deadline, async (stored) => {
      const user = await requireIdentity(d, call, stored, 'iam:ListAccessKeys', name);
      return { accessKeys: (await stored.accessKeys.of(user.id)).map((key) => toAccessKey(user.name, key)) };
    });
  });

/** A key of the user that the request names. Keys of others count as absent. */
async function keyOf(
  d: Dependencies,
  call: IamCall,
  change: Change,
  action: string,
  request: { userName: string; accessKeyId: string },
): Promise<AccessKey> {
  const user = await requireIdentity(d, call, change, action, userOf(request.userName, call), { lock: 'change' });
  auditOf(call).parameter('accessKeyId', request.accessKeyId);
  return accessKeyOf(change, user, request.accessKeyId);
}

export const updateAccessKey = (d: Dependencies) =>
  unary<UpdateAccessKeyRequest, UpdateAccessKeyResponse, Caller>(async (request, call) => {
    const { status } = request;
    if (status !== AccessKeyStatus.ACTIVE && status !== AccessKeyStatus.INACTIVE) {
      throw validationError('status must be ACTIVE or INACTIVE.');
    }
    checkAccessKeyId(request.accessKeyId);
    await d.store.change(writeOf(call), async (change) => {
      const key = await keyOf(d, call, change, 'iam:UpdateAccessKey', request);
      auditOf(call).parameter('status', status === AccessKeyStatus.ACTIVE ? 'Active' : 'Inactive');
      await setKeyActive(change, key, status === AccessKeyStatus.ACTIVE);
    });
    return {};
  });

export const deleteAccessKey = (d: Dependencies) =>
  unary<DeleteAccessKeyRequest, DeleteAccessKeyResponse, Caller>(async (request, call) => {
    checkAccessKeyId(request.accessKeyId);
    await d.store.change(writeOf(call), async (change) => {
      await removeAccessKey(change, await keyOf(d, call, change, 'iam:DeleteAccessKey', request));
    });
    return {};
  });
