const secretArn = /^arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:(.+)$/;
const suffix = /-[A-Za-z0-9]{6}$/;

/**
 * What a resource is looked up by: of a secret's ARN the name, without the suffix of six characters; of anything else the
 * text itself. So one index answers for a secret's name, for its ARN (the name narrows it down, the whole text decides) and for every other ARN.
 */
export const resourceName = (resource: string): string => {
  const tail = secretArn.exec(resource)?.[1];
  return tail === undefined ? resource : tail.replace(suffix, '');
};
