import { base32nopad } from '@scure/base';
import encodeQR from 'qr';
import { bitmapPng } from './bitmap-png';

/** As people type it: RFC 4648, without padding. */
export const base32Of = (seed: Uint8Array): string => base32nopad.encode(seed);

/** A picture for an authenticator's camera, PNG. */
export function enrolmentPicture(seed: Uint8Array, { accountId, name }: { accountId: string; name: string }): Buffer {
  const label = encodeURIComponent(`Strongroom:${name}@${accountId}`);
  const uri = `otpauth://totp/${label}?secret=${base32Of(seed)}&issuer=Strongroom`;
  return bitmapPng(encodeQR(uri, 'raw', { ecc: 'medium', border: 4 }), { scale: 6 });
}
