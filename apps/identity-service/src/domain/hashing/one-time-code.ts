import { createHmac } from 'node:crypto';

/** Seconds for which a code is shown. */
export const STEP_SECONDS = 30;

/** The number of the step that an instant is in. @param millis epoch milliseconds */
export const stepAt = (millis: number): number => Math.floor(millis / 1_000 / STEP_SECONDS);

/** The code of one step: TOTP, RFC 6238. Authenticators know six digits of SHA-1, and many nothing else. */
export function codeOf(seed: Uint8Array, step: number, { digits = 6, algorithm = 'sha1' } = {}): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac(algorithm, seed).update(counter).digest();
  const offset = mac.at(-1)! & 0x0f;
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}
