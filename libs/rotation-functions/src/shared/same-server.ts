import type { SecretFields } from './secret-fields';

export type LoginField = 'host' | 'port' | 'username';

/**
 * Refuses a version, or a superuser's secret, that is of another server or user than AWSCURRENT. Whoever may write one of the two
 * could name any host in it: a password goes only to the server of its own secret.
 */
export const requireSame = (
  fields: SecretFields,
  current: SecretFields,
  names: readonly LoginField[],
  standardPort: number | ((of: SecretFields) => number),
): void => {
  const valueOf = (of: SecretFields, name: LoginField) => {
    if (name === 'port') return of.port(name, typeof standardPort === 'number' ? standardPort : standardPort(of));
    return name === 'host' ? of.text(name).toLowerCase() : of.text(name);
  };
  const name = names.find((one) => valueOf(fields, one) !== valueOf(current, one));
  if (name) throw fields.wrong(name, `must be that of ${current.of}`);
};
