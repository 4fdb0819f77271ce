/** `problem`: something does not work. `warning`: it works, and will not or should not go on like this. */
export type Severity = 'ok' | 'unknown' | 'warning' | 'problem';

/** Something that was looked at. */
export interface Finding {
  severity: Severity;
  /** Such as `secrets-api localhost:7410`. */
  subject: string;
  finding: string;
  /** What to do. */
  remedy?: string;
}

export const ok = (subject: string, finding: string): Finding => ({ severity: 'ok', subject, finding });
export const unknown = (subject: string, finding: string, remedy?: string): Finding => ({
  severity: 'unknown',
  subject,
  finding,
  remedy,
});
export const warning = (subject: string, finding: string, remedy: string): Finding => ({
  severity: 'warning',
  subject,
  finding,
  remedy,
});
export const problem = (subject: string, finding: string, remedy: string): Finding => ({
  severity: 'problem',
  subject,
  finding,
  remedy,
});

/** What one check found; one that fails in a way that nobody foresaw is a finding, too. */
export const findingsOf = async (
  subject: string,
  check: () => Promise<readonly Finding[]> | readonly Finding[],
): Promise<readonly Finding[]> => {
  try {
    return await check();
  } catch (error) {
    return [unknown(subject, `The check itself failed: ${(error as Error).message}`)];
  }
};

const ORDER: readonly Severity[] = ['problem', 'warning', 'unknown', 'ok'];

/** The worst first. */
export const bySeverity = (findings: readonly Finding[]): Finding[] =>
  [...findings].sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
