import { entityAlreadyExists } from './iam-errors';

/** A key pair that a browser or a security key holds, as a user's second factor. All that is kept of it is public. */
export interface Passkey {
  /** Its ARN, of the form that AWS gives FIDO security keys. */
  serialNumber: string;
  accountId: string;
  userId: string;
  credentialId: Buffer;
  /** COSE. */
  publicKey: Buffer;
  /** What the authenticator counted last; 0 forever if it does not count. */
  signCount: number;
  /** How browsers reach it, such as `usb` or `internal`. */
  transports: string[];
  createDate: Date;
}

export const passkeySerialNumber = (accountId: string, userName: string, name: string): string =>
  `arn:aws:iam::${accountId}:u2f/user/${userName}/${name}`;

export const isPasskey = (serialNumber: string): boolean => /^arn:aws:iam::\d{12}:u2f\//.test(serialNumber);

export const passkeyExists = (serialNumber: string) =>
  entityAlreadyExists(`A passkey with this name, or this passkey, already exists: ${serialNumber}`);
