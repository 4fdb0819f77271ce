const secretArn = /^arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:(.+)$/;
const suffix = /-[A-Za-z0-9]{6}$/;

/**
 * The name by which a resource is looked up: for a secret's ARN the name, without the suffix of six characters; for all others
 * the text itself. So one index serves a secret's name, its ARN (the name finds candidates, the whole text decides) and every
 * other ARN.
 */
export const resourceName = (resource: string): string => {
  const tail = secretArn.exec(resource)?.[1];
  return tail === undefined ? resource : tail.replace(suffix, '');
};
