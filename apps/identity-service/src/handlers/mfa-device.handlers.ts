import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import {
  AssignmentStatus,
  type CreateVirtualMFADeviceRequest,
  type CreateVirtualMFADeviceResponse,
  type DeactivateMFADeviceRequest,
  type DeactivateMFADeviceResponse,
  type DeleteVirtualMFADeviceRequest,
  type DeleteVirtualMFADeviceResponse,
  type EnableMFADeviceRequest,
  type EnableMFADeviceResponse,
  type ListMFADevicesRequest,
  type ListMFADevicesResponse,
  type ListVirtualMFADevicesRequest,
  type ListVirtualMFADevicesResponse,
  type ResyncMFADeviceRequest,
  type ResyncMFADeviceResponse,
} from '@strongroom/contracts/strongroom/identity/v1/identity';
import { unary } from '@strongroom/grpc-kit';
import { forget } from '@strongroom/envelope';
import { checkMfaDeviceName, checkPath } from '../domain/field-rules';
import { stepAt } from '../domain/hashing/one-time-code';
import { deleteConflict, limitExceeded, validationError } from '../domain/iam-errors';
import type { Identity } from '../domain/identity';
import {
  checkCode,
  checkSerialNumber,
  type MfaDevice,
  mfaDeviceExists,
  mfaSerialNumber,
  noSuchDevice,
  synchronised,
} from '../domain/mfa-device';
import { base32Of, enrolmentPicture } from '../domain/mfa-enrolment';
import { isPasskey } from '../domain/passkey';
import { nextMarker, pageOf } from '../domain/paging';
import { MFA_DEVICES_OF_USER, VIRTUAL_MFA_DEVICES } from '../domain/quotas';
import type { Change, Repositories } from '../domain/store.port';
import type { Dependencies } from './dependencies';
import type { IamCall } from './iam-access';
import { requireIdentity, userOf, writeOf } from './iam-call';
import { toUser } from './iam-messages';

export const createVirtualMfaDevice = (d: Dependencies) =>
  unary<CreateVirtualMFADeviceRequest, CreateVirtualMFADeviceResponse, Caller>(async (request, call) => {
    const { accountId } = call.caller;
    const name = checkMfaDeviceName(request.virtualMfaDeviceName);
    const serialNumber = checkSerialNumber(
      mfaSerialNumber(accountId, checkPath(request.path), name),
      'path with virtual_mfa_device_name',
    );
    requireOnDevice(d, call, 'iam:CreateVirtualMFADevice', serialNumber);
    const { seed, sealedSeed } = d.seeds.create(serialNumber);
    try {
      await d.store.change(writeOf(call), async (change) => {
        if ((await change.mfaDevices.count(accountId)) >= VIRTUAL_MFA_DEVICES) {
          throw limitExceeded(`Cannot exceed quota for VirtualMFADevicesPerAccount: ${VIRTUAL_MFA_DEVICES}`);
        }
        await change.mfaDevices.add({ serialNumber, accountId, sealedSeed, createDate: d.clock.now(), drift: 0, lastStep: 0 });
      });
      return {
        virtualMfaDevice: {
          serialNumber,
          base32StringSeed: Buffer.from(base32Of(seed)),
          qrCodePng: enrolmentPicture(seed, { accountId, name }),
          user: undefined,
          enableDate: undefined,
        },
      };
    } finally {
      forget(seed);
    }
  });

export const listVirtualMfaDevices = (d: Dependencies) =>
  unary<ListVirtualMFADevicesRequest, ListVirtualMFADevicesResponse, Caller>(async (request, call) => {
    const page = pageOf(request);
    const assigned = assignedOf(request.assignmentStatus);
    d.access.require(call, 'iam:ListVirtualMFADevices');
    return d.store.read(call.deadline, async (stored) => {
      const devices = await stored.mfaDevices.list(call.caller.accountId, assigned, page);
      const users = await usersOf(stored, devices.items);
      return {
        virtualMfaDevices: devices.items.map(({ serialNumber, userId, enableDate }) => {
          const user = userId === undefined ? undefined : users.get(userId);
          return {
            serialNumber,
            base32StringSeed: Buffer.of(),
            qrCodePng: Buffer.of(),
            user: user && toUser(user),
            enableDate,
          };
        }),
        marker: nextMarker(devices, (device) => device.serialNumber),
      };
    });
  });

export const deleteVirtualMfaDevice = (d: Dependencies) =>
  unary<DeleteVirtualMFADeviceRequest, DeleteVirtualMFADeviceResponse, Caller>(async (request, call) => {
    const serialNumber = checkSerialNumber(request.serialNumber);
    requireOnDevice(d, call, 'iam:DeleteVirtualMFADevice', serialNumber);
    await d.store.change(writeOf(call), async (change) => {
      const device = await deviceOf(change, call, serialNumber);
      if (device.userId !== undefined) throw deleteConflict('Cannot delete entity, must deactivate MFA device first.');
      await change.mfaDevices.remove(serialNumber);
    });
    return {};
  });

export const enableMfaDevice = (d: Dependencies) =>
  unary<EnableMFADeviceRequest, EnableMFADeviceResponse, Caller>(async (request, call) => {
    const { serialNumber, codes } = twoCodesOf(request);
    await d.store.change(writeOf(call), async (change) => {
      // Locks the user, so that the second of two simultaneous calls counts the device of the first.
      const user = await requireUser(d, call, change, 'iam:EnableMFADevice', request);
      const device = await deviceOf(change, call, serialNumber);
      if (device.userId !== undefined) throw mfaDeviceExists(serialNumber);
      await requireRoomForDevice(change, user.id);
      const set = setClock(d, device, codes);
      await change.mfaDevices.update({ ...set, userId: user.id, enableDate: d.clock.now() });
    });
    return {};
  });

export const resyncMfaDevice = (d: Dependencies) =>
  unary<ResyncMFADeviceRequest, ResyncMFADeviceResponse, Caller>(async (request, call) => {
    const { serialNumber, codes } = twoCodesOf(request);
    await d.store.change(writeOf(call), async (change) => {
      const user = await requireUser(d, call, change, 'iam:ResyncMFADevice', request);
      await change.mfaDevices.update(setClock(d, await deviceOf(change, call, serialNumber, user), codes));
    });
    return {};
  });

export const deactivateMfaDevice = (d: Dependencies) =>
  unary<DeactivateMFADeviceRequest, DeactivateMFADeviceResponse, Caller>(async (request, call) => {
    const serialNumber = checkSerialNumber(request.serialNumber);
    await d.store.change(writeOf(call), async (change) => {
      const user = await requireUser(d, call, change, 'iam:DeactivateMFADevice', request);
      if (isPasskey(serialNumber)) return removePasskey(change, call, serialNumber, user);
      const device = await deviceOf(change, call, serialNumber, user);
      await change.mfaDevices.update({ ...device, userId: undefined, enableDate: undefined });
    });
    return {};
  });

export const listMfaDevices = (d: Dependencies) =>
  unary<ListMFADevicesRequest, ListMFADevicesResponse, Caller>(async (request, call) => {
    const name = userOf(request.userName, call);
    return d.store.read(call.deadline, async (stored) => {
      const user = await requireIdentity(d, call, stored, 'iam:ListMFADevices', name);
      const devices = await stored.mfaDevices.of(user.id);
      const passkeys = (await stored.passkeys.of(user.id)).map(({ createDate, ...one }) => ({ ...one, enableDate: createDate }));
      return {
        mfaDevices: [...devices, ...passkeys].map(({ serialNumber, enableDate }) => ({
          userName: user.name,
          serialNumber,
          enableDate,
        })),
      };
    });
  });

/** @throws LimitExceeded if the user, who is held alone, has as many devices as can be */
export async function requireRoomForDevice(change: Change, userId: string): Promise<void> {
  const [devices, passkeys] = [await change.mfaDevices.of(userId), await change.passkeys.of(userId)];
  if (devices.length + passkeys.length < MFA_DEVICES_OF_USER) return;
  throw limitExceeded(`Cannot exceed quota for MFADevicesPerUser: ${MFA_DEVICES_OF_USER}`);
}

async function removePasskey(change: Change, call: IamCall, serialNumber: string, user: Identity): Promise<void> {
  const passkey = await change.passkeys.find(serialNumber, 'change');
  if (passkey?.userId !== user.id) throw noSuchDevice(serialNumber);
  auditOf(call).parameter('serialNumber', serialNumber);
  await change.passkeys.remove(serialNumber);
}

function requireOnDevice(d: Dependencies, call: IamCall, action: string, serialNumber: string): void {
  const { accountId } = call.caller;
  d.access.requireOnResource(call, action, { arn: serialNumber, accountId });
  auditOf(call).resource(serialNumber, 'AWS::IAM::VirtualMFADevice');
}

/** The user whose device it is, or will be; held alone. */
const requireUser = (d: Dependencies, call: IamCall, change: Change, action: string, { userName }: { userName: string }) =>
  requireIdentity(d, call, change, action, userOf(userName, call), { lock: 'change' });

/** A device of the caller's account, and of `user`; those of others are not there. */
async function deviceOf(change: Change, call: IamCall, serialNumber: string, user?: Identity): Promise<MfaDevice> {
  const device = await change.mfaDevices.find(serialNumber, 'change');
  const isThere = device?.accountId === call.caller.accountId && (user === undefined || device.userId === user.id);
  if (!isThere) throw noSuchDevice(serialNumber);
  auditOf(call).resource(serialNumber, 'AWS::IAM::VirtualMFADevice');
  return device;
}

function twoCodesOf(request: { serialNumber: string; authenticationCode1: string; authenticationCode2: string }) {
  const codes = [
    checkCode(request.authenticationCode1, 'authentication_code1'),
    checkCode(request.authenticationCode2, 'authentication_code2'),
  ] as const;
  return { serialNumber: checkSerialNumber(request.serialNumber), codes };
}

const setClock = (d: Dependencies, device: MfaDevice, codes: readonly [string, string]): MfaDevice =>
  d.seeds.with(device, (seed) => synchronised(device, seed, codes, stepAt(d.clock.millis())));

function assignedOf(status: AssignmentStatus): boolean | undefined {
  switch (status) {
    case AssignmentStatus.ASSIGNED:
      return true;
    case AssignmentStatus.UNASSIGNED:
      return false;
    case AssignmentStatus.UNSPECIFIED:
      return undefined;
    default:
      throw validationError('assignment_status must be ASSIGNED, UNASSIGNED or nothing.');
  }
}

async function usersOf(stored: Repositories, devices: readonly MfaDevice[]): Promise<Map<string, Identity>> {
  const ids = devices.flatMap(({ userId }) => userId ?? []);
  return new Map((await stored.identities.byIds([...new Set(ids)])).map((user) => [user.id, user]));
}
