import { KEY_SPEC_NAMES, KEY_SPECS, type KeySpec, type KeyUsage } from '@strongroom/key-algorithms/specs';
import { keysTexts } from '../../texts/keys';

export const KEY_USAGES = Object.keys(keysTexts.usages) as readonly KeyUsage[];

/** The kinds of key that can be used so, in groups by their family, as a select takes them. */
export function specsFor(usage: KeyUsage): { group: string; items: KeySpec[] }[] {
  const groups = new Map<string, KeySpec[]>();
  for (const spec of KEY_SPEC_NAMES) {
    const { usages, material } = KEY_SPECS[spec];
    if (!(usage in usages)) continue;
    const group = keysTexts.families[material.family];
    groups.set(group, [...(groups.get(group) ?? []), spec]);
  }
  return [...groups].map(([group, items]) => ({ group, items }));
}

/** The operations that a grant for such a key can allow. */
export function grantOperations(usage: string): string[] {
  const own: Readonly<Record<string, readonly string[]>> = {
    ENCRYPT_DECRYPT: [
      ...['Encrypt', 'Decrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'GenerateDataKeyPair'],
      ...['GenerateDataKeyPairWithoutPlaintext', 'ReEncryptFrom', 'ReEncryptTo'],
    ],
    SIGN_VERIFY: ['Sign', 'Verify', 'GetPublicKey'],
    GENERATE_VERIFY_MAC: ['GenerateMac', 'VerifyMac'],
    KEY_AGREEMENT: ['DeriveSharedSecret', 'GetPublicKey'],
    ENCAPSULATE_DECAPSULATE: ['Encapsulate', 'Decapsulate', 'GetPublicKey'],
  };
  return [...(own[usage] ?? []), 'DescribeKey', 'CreateGrant', 'RetireGrant'];
}
