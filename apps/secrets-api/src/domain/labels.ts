/** The staging labels of one secret, with the version that has each. A label is on at most one version. */
export type Labels = ReadonlyMap<string, string>;

export const AWSCURRENT = 'AWSCURRENT';
export const AWSPREVIOUS = 'AWSPREVIOUS';
export const AWSPENDING = 'AWSPENDING';
