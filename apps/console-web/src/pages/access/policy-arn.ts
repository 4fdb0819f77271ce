/** Built-in policies belong to no account, and nobody can change them. */
export const isBuiltIn = (arn: string): boolean => arn.split(':')[4] === 'aws';
