/** Staging labels of one secret: which version carries each. A label is on at most one version. */
export type Labels = ReadonlyMap<string, string>;

export const AWSCURRENT = 'AWSCURRENT';
export const AWSPREVIOUS = 'AWSPREVIOUS';
export const AWSPENDING = 'AWSPENDING';
