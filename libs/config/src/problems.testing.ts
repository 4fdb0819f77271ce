import type { ConfigError } from './config-error';

/** What is wrong with a configuration, as its reader says; empty if nothing is. */
export const problemsOf = (read: () => unknown): readonly string[] => {
  try {
    read();
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
};
