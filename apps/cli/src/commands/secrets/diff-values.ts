import type { PlainValue } from '@strongroom/client';
import { diffTexts, type KeyDifference } from '@strongroom/secret-values';
import { bytesOf } from './value-text';

/** What differs between two values, by key; never what they are. */
export const diffValues = (from: PlainValue, to: PlainValue): KeyDifference[] => {
  if (from.secretString !== undefined && to.secretString !== undefined) return diffTexts(from.secretString, to.secretString);
  return [{ key: '', change: bytesOf(from).equals(bytesOf(to)) ? 'same' : 'changed' }];
};
