import { type Finding, ok, problem, unknown, warning } from './finding';

/** The values of a metric in Prometheus's text, by their labels. */
export const samplesOf = (text: string, name: string): { labels: Record<string, string>; value: number }[] =>
  text.split('\n').flatMap((line) => {
    const [, labels = '', value] = new RegExp(`^${name}(?:\\{(.*)\\})? (\\S+)`).exec(line) ?? [];
    if (value === undefined) return [];
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key!, text!] as const);
    return [{ labels: Object.fromEntries(pairs), value: Number(value) }];
  });

/** Seconds, and entries, by which the trail may be behind while nothing is wrong. */
const MAX_LAG_SECONDS = 30;
const MAX_ENTRIES = 50_000;

/** Whether the trail keeps up with the journal, and finds it whole. */
export const judgeAudit = (subject: string, text: string): Finding[] => {
  const first = (name: string) => samplesOf(text, name)[0]?.value;
  const [entries, lag] = [first('strongroom_audit_journal_entries'), first('strongroom_audit_lag_seconds') ?? 0];
  const findings: Finding[] = [];
  if (entries === undefined || Number.isNaN(entries)) {
    findings.push(warning(subject, 'The length of the journal is not known.', 'audit-service cannot ask Redis: see its log.'));
  } else if (entries > MAX_ENTRIES || (entries > 0 && lag > MAX_LAG_SECONDS)) {
    const behind = `The trail is behind: ${entries} events wait in the journal, the last one waited ${Math.round(lag)} s.`;
    findings.push(
      warning(subject, behind, 'See the log of audit-service, and whether its database and crypto-keyservice are slow.'),
    );
  } else findings.push(ok(subject, `The trail keeps up: ${entries} events wait in the journal.`));
  for (const { labels, value } of samplesOf(text, 'strongroom_audit_journal_incidents_total')) {
    if (value === 0) continue;
    findings.push(
      problem(
        subject,
        `${value} journal entries were ${labels['kind']}.`,
        'Run `strongroom trail verify`, and find out who can write to Redis.',
      ),
    );
  }
  const failures = first('strongroom_audit_seal_failures_total') ?? 0;
  if (failures > 0) {
    findings.push(
      warning(
        subject,
        `${failures} attempts to seal the trail failed.`,
        'See the log of audit-service, and whether crypto-keyservice serves.',
      ),
    );
  }
  return findings;
};

export const judgeRootKey = (subject: string, text: string): Finding[] =>
  samplesOf(text, 'strongroom_root_key_sealed').some(({ value }) => value === 1)
    ? [problem(subject, 'Its root key is sealed.', 'Open it: `main.js root-key open` of this service (docs/root-keys.md).')]
    : [];

/** The versions of programs must be the same, or follow each other in an upgrade. */
export const judgeVersions = (versions: ReadonlyMap<string, string>, own: string, subject = 'versions'): Finding[] => {
  if (versions.size === 0) return [unknown(subject, 'No program tells its version here.')];
  const distinct = [...new Set(versions.values())];
  const list = [...versions].map(([name, version]) => `${name} ${version}`).join(', ');
  if (distinct.length > 1)
    return [warning(subject, `The programs have different versions: ${list}.`, 'Finish the upgrade: docs/containers.md.')];
  if (distinct[0] !== own) {
    return [
      warning(
        subject,
        `The cluster has version ${distinct[0]}, this command ${own}.`,
        'Use the command line of the same version.',
      ),
    ];
  }
  return [ok(subject, `Everything has version ${own}.`)];
};

/** What a program tells of itself; no text: nothing. */
export interface Told {
  /** Which program it is, such as `audit-service`. */
  program: string;
  /** How people call this one of it. */
  name: string;
  text: string | undefined;
}

/**
 * What the metrics of all programs of a cluster say.
 *
 * @param own the version of this command
 * @param of which cluster, where there may be two, such as ` of the containers`
 */
export const judgeMetrics = (told: readonly Told[], own: string, of = ''): Finding[] => {
  const known = told.flatMap(({ text, ...rest }) => (text === undefined ? [] : [{ text, ...rest }]));
  const versions = known.map(
    ({ name, text }) => [name, samplesOf(text, 'strongroom_build_info')[0]?.labels['version'] ?? 'unknown'] as const,
  );
  return [
    ...known.flatMap(({ program, name, text }) => [
      ...(program === 'audit-service' ? judgeAudit(`audit trail${of}`, text) : []),
      ...judgeRootKey(name, text),
    ]),
    ...judgeVersions(new Map(versions), own, `versions${of}`),
  ];
};

export const fetchMetrics = async (port: number, timeoutMs: number): Promise<string | undefined> => {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/metrics`, { signal: AbortSignal.timeout(timeoutMs) });
    return response.ok ? await response.text() : undefined;
  } catch {
    return undefined;
  }
};
