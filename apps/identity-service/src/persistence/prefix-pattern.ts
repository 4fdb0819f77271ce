/** A LIKE pattern for everything that begins with `prefix`. */
export const prefixPattern = (prefix: string): string => `${prefix.replace(/[\\%_]/g, '\\$&')}%`;
