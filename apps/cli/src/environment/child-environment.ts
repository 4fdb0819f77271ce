import type { Environment } from '@strongroom/config';

/** What a program gets by --only beside its secrets: where programs and its user's files are, its terminal and language. */
const BASICS = /^(PATH|HOME|USER|LOGNAME|SHELL|PWD|TERM|COLORTERM|NO_COLOR|TMPDIR|TZ|LANG|LANGUAGE|LC_[A-Z]+)$/;

/** Says who `strongroom` is, and opens whatever it may read; the program was meant to get the secrets that are named, no more. */
const OWN_CREDENTIALS: ReadonlySet<string> = new Set(['STRONGROOM_TOKEN']);

export interface Inheritance {
  /** Nothing of the caller's environment but the basics. */
  only: boolean;
  /** The session token too. */
  passToken: boolean;
}

/** The environment of a program: the caller's, and above it the variables from secrets. */
export const childEnvironment = (
  caller: Environment,
  secrets: Readonly<Record<string, string>>,
  { only, passToken }: Inheritance,
): Record<string, string> => {
  const inherited = Object.entries(caller).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      (only
        ? BASICS.test(entry[0]) || (passToken && OWN_CREDENTIALS.has(entry[0]))
        : passToken || !OWN_CREDENTIALS.has(entry[0])),
  );
  return { ...Object.fromEntries(inherited), ...secrets };
};
