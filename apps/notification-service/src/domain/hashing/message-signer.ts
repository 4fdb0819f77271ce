import { createHmac, createPrivateKey, hkdfSync, type KeyObject, sign, timingSafeEqual } from 'node:crypto';

/** The bytes of a MAC. */
export const MAC_BYTES = 32;

/** Signs messages, and authenticates links, with one private key. The key for links is derived from it. */
export class MessageSigner {
  private readonly key: KeyObject;
  private readonly linkKey: Uint8Array;

  /** @param pkcs8 DER of an RSA key */
  constructor(pkcs8: Buffer) {
    this.key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
    this.linkKey = new Uint8Array(hkdfSync('sha256', pkcs8, '', 'strongroom topic links', MAC_BYTES));
  }

  /** RSA with SHA-256 (PKCS #1 1.5), which is SNS's signature version 2; base64. */
  sign(text: string): string {
    return sign('sha256', Buffer.from(text), this.key).toString('base64');
  }

  mac(...parts: readonly string[]): Buffer {
    return createHmac('sha256', this.linkKey).update(JSON.stringify(parts)).digest();
  }

  /** In constant time. */
  isMac(mac: Uint8Array, ...parts: readonly string[]): boolean {
    return mac.length === MAC_BYTES && timingSafeEqual(mac, this.mac(...parts));
  }
}
