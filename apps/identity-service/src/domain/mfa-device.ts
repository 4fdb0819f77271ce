import { identityTexts, obeys } from '@strongroom/field-rules';
import type { RootKeyBinding } from '@strongroom/envelope';
import { codeOf } from './hashing/one-time-code';
import { entityAlreadyExists, invalidAuthenticationCode, noSuchEntity, validationError } from './iam-errors';
import { equalInConstantTime } from './hashing/session-secrets';

/** A program that shows one-time codes, and whoever has it. */
export interface MfaDevice {
  /** Its ARN. */
  serialNumber: string;
  accountId: string;
  /** undefined: nobody has it. */
  userId?: string;
  sealedSeed: Buffer;
  createDate: Date;
  enableDate?: Date;
  /** By how many steps its clock is ahead of ours. */
  drift: number;
  /** The step of the last code that was used: this one, and all before it, are good no more. */
  lastStep: number;
}

export const SEED_BYTES = 20;
/** The codes before and after the present one that count as well: people type slowly, and clocks are off. */
const TOLERANCE = 1;
/** The same for two codes that set a device's clock: ten minutes. */
const SYNC_TOLERANCE = 20;

export const mfaSerialNumber = (accountId: string, path: string, name: string): string =>
  `arn:aws:iam::${accountId}:mfa${path}${name}`;

/** What the sealed seed of a device is bound to. */
export const seedBinding = (serialNumber: string): RootKeyBinding => ({ purpose: 'mfa-seed', context: { serialNumber } });

export const mfaDeviceExists = (serialNumber: string) =>
  entityAlreadyExists(`MFADevice entity at the same path and name already exists: ${serialNumber}`);
export const noSuchDevice = (serialNumber: string) =>
  noSuchEntity(`VirtualMFADevice with serial number ${serialNumber} cannot be found.`);

/** A virtual device of this account. @throws ValidationError */
export function checkSerialNumber(serialNumber: string, field = 'serial_number'): string {
  if (!obeys(identityTexts.serialNumber, serialNumber)) {
    throw validationError(`${field} must be 9 to 256 ASCII letters, digits and the characters _+=/:,.@-.`);
  }
  return serialNumber;
}

export function checkCode(code: string, field: string): string {
  if (!obeys(identityTexts.authenticationCode, code)) throw validationError(`${field} must be 6 digits.`);
  return code;
}

/** The device after a code was used, or undefined for a code that is wrong, too old, or used already. */
export function afterCode(device: MfaDevice, seed: Uint8Array, code: string, now: number): MfaDevice | undefined {
  const step = stepOf(seed, [code], now + device.drift, TOLERANCE);
  return step === undefined || step <= device.lastStep ? undefined : { ...device, lastStep: step };
}

/** The device after two codes, one after the other, have set its clock. @throws InvalidAuthenticationCode */
export function synchronised(device: MfaDevice, seed: Uint8Array, codes: readonly [string, string], now: number): MfaDevice {
  const step = stepOf(seed, codes, now, SYNC_TOLERANCE);
  if (step === undefined || step <= device.lastStep) {
    throw invalidAuthenticationCode('Authentication code for device is not valid.');
  }
  const last = step + 1;
  // The second code is on the device's screen, or has just gone.
  const drift = Math.abs(last - now) <= TOLERANCE ? 0 : last - now;
  return { ...device, drift, lastStep: last };
}

/** The step of the first of the codes. Looks at every step, so that the time does not tell which it was. */
function stepOf(seed: Uint8Array, codes: readonly string[], around: number, tolerance: number): number | undefined {
  let found: number | undefined;
  for (let step = around - tolerance; step <= around + tolerance; step++) {
    const shown = codes.map((_, n) => codeOf(seed, step + n)).join(' ');
    if (equalInConstantTime(Buffer.from(shown), Buffer.from(codes.join(' ')))) found ??= step;
  }
  return found;
}
