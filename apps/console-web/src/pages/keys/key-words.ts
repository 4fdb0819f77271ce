import { keysTexts } from '../../texts/keys';

/** What a key is for, in words; a usage that is not known stays as it is. */
export const usageText = (usage: string): string => keysTexts.usages[usage as keyof typeof keysTexts.usages] ?? usage;
