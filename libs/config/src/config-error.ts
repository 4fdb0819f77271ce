/**
 * A configuration that the process cannot start with. The message names each variable and the rule it breaks, never its value.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(`the configuration is not valid: ${problems.join('; ')}`);
  }
}
