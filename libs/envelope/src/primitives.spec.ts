import { hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { ExpandLabel, decrypt, deriveKey, encrypt } from './primitives';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

it('derives what HKDF-SHA-256 derives', () => {
  fc.assert(
    fc.property(bytes(32), bytes(32), fc.string(), (key, salt, info) => {
      const expected = Buffer.from(hkdfSync('sha256', key, salt, info, 32));
      expect(deriveKey(key, salt, new ExpandLabel(info)).equals(expected)).toBe(true);
    }),
  );
});

// Test case 16 of "The Galois/Counter Mode of Operation (GCM)", McGrew and Viega.
it('encrypts as AES-256-GCM does', () => {
  const hex = (text: string) => Buffer.from(text, 'hex');
  const key = hex('feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308');
  const iv = hex('cafebabefacedbaddecaf888');
  const additional = hex('feedfacedeadbeeffeedfacedeadbeefabaddad2');
  const plaintext = hex(
    'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
  );
  const sealed = encrypt(Buffer.alloc(0), key, iv, additional, plaintext);
  expect(sealed.toString('hex')).toBe(
    '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662' +
      '76fc6ece0f4e1768cddf8853bb2d551b',
  );
  expect(decrypt(sealed, key, iv, additional).equals(plaintext)).toBe(true);
});
