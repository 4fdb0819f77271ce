import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { chart } from './chart';
import type { Measurement } from './measure';
import type { ProfiledScenario } from './profiles';
import type { AtRest } from './at-rest';
import type { Usage } from '@strongroom/local-cluster';
import type { ReEncryptionMeasurement } from './re-encryption';
import type { SteadyMeasurement } from './steady';
import type { RotationMeasurement } from './rotations';
import type { TrailMeasurement } from './trail';
import type { Delays, WatchMeasurement } from './watching';

/** The promises of performance.md, each a ratio or a rate. */
export interface Goal {
  what: string;
  goal: string;
  figure: string;
  met: boolean;
}

export interface RunReport {
  machine: string;
  date: string;
  measurements: Measurement[];
  rotations: RotationMeasurement[];
  reEncryption: ReEncryptionMeasurement | undefined;
  steady: SteadyMeasurement | undefined;
  watching: WatchMeasurement | undefined;
  trail: TrailMeasurement | undefined;
  goals: Goal[];
  /** Without any call, right after the start. */
  atRest: AtRest;
  /** Resident memory after the run, bytes, by process. */
  memory: Record<string, number>;
}

export const machine = (): string =>
  `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;

export const number = (value: number, digits = 2): string =>
  Number.isNaN(value) ? '–' : value >= 100 ? String(Math.round(value)) : value.toFixed(digits);

export const table = (rows: string[][]): string => {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: string[]) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(rows[0]!), rule, ...rows.slice(1).map(line)].join('\n');
};

/** Under a twentieth, a process has other things to do. */
const turnsText = (turns: Measurement['turns'][string] | undefined): string =>
  turns === undefined || turns.wakeUps < 0.05
    ? '–'
    : [turns.wakeUps, turns.reads, turns.writes].map((value) => value.toFixed(1)).join(' · ');

const failuresOf = ({ failures }: Measurement): string =>
  Object.entries(failures)
    .map(([what, count]) => `${count} × ${what}`)
    .join('; ');

const rotationTables = (rotations: readonly RotationMeasurement[]): string[] => {
  const processes = Object.keys(rotations[0]?.cpu ?? {}).filter((name) => name !== 'echo');
  const all = (one: RotationMeasurement) => processes.reduce((sum, name) => sum + one.cpu[name]!, 0);
  return [
    table([
      ['scenario', 'secrets', 'seconds', 'rotations/s', 'failed', 'SQL statements a rotation'],
      ...rotations.map((one) => [
        one.name,
        String(one.rotations),
        number(one.seconds),
        number((one.rotations - one.failed) / one.seconds),
        String(one.failed),
        number(one.statements, 1),
      ]),
    ]),
    '',
    'CPU milliseconds a rotation:',
    '',
    table([
      ['scenario', ...processes, 'all'],
      ...rotations.map((one) => [one.name, ...processes.map((name) => number(one.cpu[name]!)), number(all(one))]),
    ]),
  ];
};

const reEncryptionTable = ({ dataKeys, seconds, cpu, countMs }: ReEncryptionMeasurement): string[] => {
  const processes = Object.keys(cpu).filter((name) => name !== 'echo');
  return [
    table([
      ['re-encryption', 'data keys', 'seconds', 'data keys/s', 'ms to count them', ...processes.map((name) => `${name} µs`)],
      [
        'as fast as it goes',
        String(dataKeys),
        number(seconds),
        number(dataKeys / seconds),
        number(countMs),
        ...processes.map((name) => number(cpu[name]!)),
      ],
    ]),
    '',
  ];
};

const mebibytes = (bytes = 0): string => String(Math.round(bytes / 2 ** 20));

const steadyTable = ({ seconds, rate, calls, failed, p50, p99, p999, max, memory }: SteadyMeasurement): string[] => [
  table([
    ['steady load', 'seconds', 'calls', 'failed', 'p50 ms', 'p99 ms', 'p99.9 ms', 'longest ms'],
    [
      `${rate * 0.9} reads and ${rate / 10} writes a second`,
      ...[seconds, calls, failed].map(String),
      ...[p50, p99, p999, max].map((value) => number(value)),
    ],
  ]),
  '',
  table([
    ['MiB under it', ...memory.map((_, index) => `${Math.round((seconds * (index + 1)) / memory.length)} s`)],
    ...Object.keys(memory[0] ?? {}).map((name) => [name, ...memory.map((look) => mebibytes(look[name]))]),
  ]),
  '',
];

const watchTables = (watching: WatchMeasurement): string[] => {
  const { watchers, users, seconds, beginning, memory, atRest, changes, fanOut } = watching;
  const processes = Object.keys(fanOut.cpu).filter((name) => name !== 'echo');
  const millis = ({ p50, p99, max }: Delays) => [p50, p99, max].map((value) => number(value));
  return [
    table([
      ['watching', 'users', 's until all began', 'µs to begin', 'KiB each', 'CPU at rest, % of a core', 'without watchers'],
      [
        `${watchers} streams of one watch`,
        String(users),
        number(seconds),
        number(beginning),
        number(memory / 2 ** 10, 1),
        ...[atRest.with, atRest.without].map((micros) => number(micros / 10_000)),
      ],
    ]),
    '',
    table([
      ['until a change is heard', 'changes', 'p50 ms', 'p99 ms', 'longest ms'],
      ['by its one watcher, since the answer to the writer', String(changes.count), ...millis(changes.sinceAnswer)],
      ['by its one watcher, since the request', String(changes.count), ...millis(changes.sinceRequest)],
      [`by all ${watchers}, since the answer`, String(fanOut.count), number(fanOut.p50), '–', number(fanOut.last)],
    ]),
    '',
    'CPU microseconds a notice, of a change that all watch:',
    '',
    table([processes, processes.map((name) => number(fanOut.cpu[name]!))]),
    '',
  ];
};

const trailTables = ({ events, filling, bytesAnEvent, lookups, verification, ingestion }: TrailMeasurement): string[] => {
  const processes = Object.keys(ingestion.cpu);
  const work = (name: string, { events: count, seconds, cpu }: TrailMeasurement['ingestion']) => [
    name,
    String(count),
    number(seconds),
    number(count / seconds, 0),
    ...processes.map((process) => number(cpu[process] ?? 0, 1)),
  ];
  return [
    table([
      ['the audit trail', 'events', 'seconds', 'events/s', ...processes.map((name) => `${name} µs an event`)],
      work('ingestion, of a full journal', ingestion),
      work('verification', verification),
      ['written directly', String(events), number(filling), number(events / filling, 0), ...processes.map(() => '–')],
    ]),
    '',
    table([
      ['lookup', 'events in the trail', 'found', 'p50 ms', 'p99 ms'],
      ...lookups.map(({ name, found, p50, p99 }) => [name, String(events), String(found), number(p50), number(p99)]),
    ]),
    '',
    `${number(bytesAnEvent, 0)} bytes an event.`,
    '',
  ];
};

const atRestTable = ({ seconds, used }: AtRest, memory: RunReport['memory']): string => {
  const servers = Object.entries(used);
  const sum = (of: (usage: Usage) => number) => servers.reduce((total, [, usage]) => total + of(usage), 0);
  const row = (name: string, usage: Pick<Usage, 'cpuMicros' | 'wakeUps' | 'memory'>, later: number) => [
    name,
    number(usage.cpuMicros / seconds / 10_000),
    number(usage.wakeUps / seconds, 1),
    mebibytes(usage.memory),
    mebibytes(later),
  ];
  const all = { cpuMicros: sum((one) => one.cpuMicros), wakeUps: sum((one) => one.wakeUps), memory: sum((one) => one.memory) };
  return table([
    ['at rest', 'CPU, % of a core', 'wake-ups a second', 'MiB', 'MiB after the run'],
    ...servers.map(([name, usage]) => row(name, usage, memory[name] ?? 0)),
    row(
      'all',
      all,
      servers.reduce((total, [name]) => total + (memory[name] ?? 0), 0),
    ),
  ]);
};

/** Markdown, as docs/performance.md shows it. */
export const tables = ({
  machine: where,
  date,
  measurements,
  rotations,
  goals,
  atRest,
  memory,
  reEncryption,
  steady,
  watching,
  trail,
}: RunReport): string => {
  const processes = Object.keys(measurements[0]?.cpu ?? {});
  const failed = measurements.filter((one) => failuresOf(one) !== '');
  return [
    `${where}, ${date}.`,
    '',
    table([
      ['scenario', 'in flight', 'calls/s', 'of echo', 'p50 ms', 'p99 ms', 'p99 of echo', 'secrets/s', 'server CPU of echo'],
      ...measurements.map((one) => [
        one.name,
        String(one.inFlight),
        number(one.throughput, 0),
        number(one.throughputRatio),
        number(one.p50),
        number(one.p99),
        number(one.p99Ratio),
        number(one.items, 0),
        number(one.serverCpuRatio),
      ]),
    ]),
    '',
    'CPU microseconds a call:',
    '',
    table([
      ['scenario', 'in flight', ...processes],
      ...measurements.map((one) => [one.name, String(one.inFlight), ...processes.map((name) => number(one.cpu[name] ?? 0, 0))]),
    ]),
    '',
    'Wake-ups, reads and writes a call:',
    '',
    table([
      ['scenario', 'in flight', ...processes],
      ...measurements.map((one) => [one.name, String(one.inFlight), ...processes.map((name) => turnsText(one.turns[name]))]),
    ]),
    '',
    ...rotationTables(rotations),
    '',
    ...(reEncryption ? reEncryptionTable(reEncryption) : []),
    ...(steady ? steadyTable(steady) : []),
    ...(watching ? watchTables(watching) : []),
    ...(trail ? trailTables(trail) : []),
    atRestTable(atRest, memory),
    '',
    table([
      ['goal', 'wanted', 'measured', 'met'],
      ...goals.map(({ what, goal, figure, met }) => [what, goal, figure, met ? 'yes' : 'no']),
    ]),
    ...failed.map((one) => `\n${one.name}, ${one.inFlight} in flight, had failures: ${failuresOf(one)}`),
  ].join('\n');
};

/** Writes results as JSON, Markdown and a picture into a folder. Resolves with their paths. */
export const writeReport = (folder: string, report: RunReport): string[] => {
  mkdirSync(folder, { recursive: true });
  const files: [string, string][] = [
    ['bench.json', `${JSON.stringify(report, null, 2)}\n`],
    ['bench.md', `${tables(report)}\n`],
    ['bench.svg', chart(report.measurements)],
  ];
  return files.map(([name, text]) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  });
};

/** Where the main thread of each service spent its busy time, as shares. */
export const profileTables = (profiles: readonly ProfiledScenario[]): string =>
  profiles
    .map(({ name, services }) => {
      const rows = services.map(({ service, busy, parts }) => [
        service,
        percent(busy),
        parts.map(([where, share]) => `${where} ${percent(share)}`).join(', '),
      ]);
      return `${name}:\n\n${table([['service', 'busy', 'of which'], ...rows])}`;
    })
    .join('\n\n');

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

/** Returns the path. */
export const writeProfiles = (folder: string, profiles: readonly ProfiledScenario[]): string => {
  const path = join(folder, 'profiles.md');
  writeFileSync(path, `${profileTables(profiles)}\n`);
  return path;
};
