import { inspect } from 'node:util';
import { systemRandom } from '@strongroom/random';
import { RootKey, openWithRootKey, rootKeyFingerprintOf, sealWithRootKey } from './index';
import { reasonOf, tampered } from './tamper.testing';

const bytes = systemRandom.bytes(32);
const rootKey = RootKey.fromBytes(bytes);
const binding = { purpose: 'access-key-secret', context: { AccountId: '000000000000', AccessKeyId: 'AKIAEXAMPLE000000000' } };
const open = (sealed: Buffer, under = binding) => openWithRootKey(rootKey, under, sealed);

describe('sealWithRootKey', () => {
  const sealed = sealWithRootKey(rootKey, binding, Buffer.from('credential'), systemRandom);

  it('opens in the same place for the same purpose', () => {
    expect(open(sealed).toString()).toBe('credential');
  });

  it('does not open for another purpose or in another place', () => {
    for (const other of [
      { ...binding, purpose: 'key-material' },
      { ...binding, context: { ...binding.context, AccountId: '000000000001' } },
      { ...binding, context: { ...binding.context, AccessKeyId: 'AKIAEXAMPLE000000001' } },
    ]) {
      expect(reasonOf(() => open(sealed, other))).toBe('InvalidCiphertextException');
    }
  });

  it('does not open after any flipped bit, cut or extension', () => {
    for (const { what, bytes: altered } of tampered(sealed)) {
      const flipped = altered.length === sealed.length && altered[0] === 1;
      const fingerprintHit = flipped && rootKeyFingerprintOf(altered) !== rootKey.fingerprint;
      expect([what, reasonOf(() => open(altered))]).toEqual([
        what,
        fingerprintHit ? 'WrongRootKeyException' : 'InvalidCiphertextException',
      ]);
    }
  });

  it('refuses a purpose that could be taken for another', () => {
    for (const purpose of ['', 'a/b', 'A', 'a-', 'a b']) {
      expect(() => sealWithRootKey(rootKey, { purpose, context: {} }, bytes, systemRandom)).toThrow(RangeError);
    }
  });
});

describe('root key files', () => {
  it('are made and read', () => {
    const file = RootKey.generateFile({ bytes: () => bytes });
    expect(file).toMatch(/^.{44}\n$/);
    for (const text of [file, file.trim(), file.replace('\n', '\r\n')]) {
      expect(RootKey.parse(text).fingerprint).toBe(rootKey.fingerprint);
    }
  });

  it('are refused with the rule and without a word of what they hold', () => {
    const good = bytes.toString('base64');
    for (const text of [
      '',
      '\n',
      good.slice(1),
      `${good}A`,
      `${good}\n\n`,
      ` ${good}`,
      bytes.toString('hex'),
      `-${good.slice(1)}`,
    ]) {
      let message = '';
      try {
        RootKey.parse(text);
      } catch (error) {
        message = (error as Error).message;
      }
      expect(message).toMatch(/^a root key file holds one line: 32 bytes in base64, 44 characters$/);
    }
  });

  it('are refused when the last character holds bits that base64 would drop', () => {
    const text = `${'A'.repeat(42)}B=`;
    expect(() => RootKey.parse(text)).toThrow(RangeError);
  });
});

it('keeps its own copy', () => {
  const mine = Buffer.from(bytes);
  const kept = RootKey.fromBytes(mine);
  const sealed = sealWithRootKey(kept, binding, Buffer.from('x'), systemRandom);
  mine.fill(0);
  expect(openWithRootKey(kept, binding, sealed).toString()).toBe('x');
});

it('is not to be seen in print', () => {
  for (const shown of [
    inspect(rootKey, { depth: 9, showHidden: true }),
    JSON.stringify(rootKey),
    `${rootKey as unknown as string}`,
  ]) {
    expect(shown).not.toContain(bytes.toString('hex').slice(0, 12));
    expect(shown).not.toContain(inspect(bytes).slice(8, 20));
  }
});

it('has a fingerprint of its own', () => {
  expect(rootKey.fingerprint).toMatch(/^[0-9a-f]{32}$/);
  expect(RootKey.fromBytes(systemRandom.bytes(32)).fingerprint).not.toBe(rootKey.fingerprint);
  expect(() => RootKey.fromBytes(systemRandom.bytes(31))).toThrow(RangeError);
});
