import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ClusterLayout, programNames, replicatedStores, singleStores, type StoreName } from '@strongroom/local-cluster/layout';
import { judgeFile } from './certificate.check';
import { type Finding, ok, problem, warning } from './finding';
import { judgeCoreLimit, readIfThere } from './machine.check';

/** A local cluster, as its folder describes it. */
export interface Home {
  layout: ClusterLayout;
  /** The servers of the database and of Redis that are its own. */
  stores: readonly StoreName[];
  /** The number of processes of each program. */
  instances: number;
}

/** Reads the folder of a local cluster; undefined if there is none, or it has never been up. */
export const readHome = (folder: string): Home | undefined => {
  const description = readIfThere(new ClusterLayout(folder, 0).descriptionFile);
  if (description === undefined) return undefined;
  try {
    const { basePort, databaseUrl, redisUrl, highAvailability } = JSON.parse(description) as Record<string, unknown>;
    if (typeof basePort !== 'number') return undefined;
    const layout = new ClusterLayout(folder, basePort);
    if (highAvailability === true) return { layout, stores: replicatedStores, instances: 2 };
    return { layout, stores: databaseUrl === undefined && redisUrl === undefined ? singleStores : [], instances: 1 };
  } catch {
    return undefined;
  }
};

/** Everything in these folders is secret. */
const isOpen = (mode: number): boolean => (mode & 0o077) !== 0;
const modeText = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0');

/** Whether only the owner can read what must be secret. */
export const checkModes = ({ layout }: Home): Finding[] => {
  const { home, secrets, pki } = layout;
  const folders = [home, secrets].filter((folder) => isOpen(statSync(folder).mode));
  const files = [
    ...filesOf(secrets),
    ...filesOf(pki).filter((file) => file.endsWith('.key')),
    ...[layout.environmentFile].filter((file) => readIfThere(file) !== undefined),
  ].filter((file) => isOpen(statSync(file).mode));
  if (folders.length + files.length === 0) return [ok('file modes', 'Only you can read what is secret.')];
  return [...folders, ...files].map((path) =>
    problem(
      path,
      `Others can reach it (mode ${modeText(statSync(path).mode)}).`,
      `Run \`chmod ${folders.includes(path) ? '700' : '600'} ${path}\`.`,
    ),
  );
};

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [join(folder, entry.name)] : []));

/** The certificates of the cluster: its CA, every program, and the callers to whom it issued one. */
export const checkCertificates = ({ layout }: Home, now: number, start: string): Finding[] => {
  const file = join(layout.pki, 'ca.crt');
  const ca = readFileSync(file);
  const authority = judgeFile('CA', ca, { now, remedy: `${start} A start renews the CA a year before its end.` });
  const others = filesOf(layout.pki)
    .filter((path) => path.endsWith('.crt') && path !== file)
    .map((path) => judgeFile(path, readFileSync(path), { ca, now, remedy: `${start} A start renews certificates.` }));
  const bad = others.filter(({ severity }) => severity !== 'ok');
  return [
    authority,
    ...(bad.length > 0 ? bad : [ok('certificates', `All ${others.length} certificates of the cluster are valid.`)]),
  ];
};

/** Which programs run, and whether a crash of one would leave secrets on the disk. */
export const checkProcesses = ({ layout }: Home): Finding[] =>
  programNames.flatMap((name) => {
    const pid = /^(\d+)\n/.exec(readIfThere(layout.pidFile(name)) ?? '')?.[1];
    const limits = pid === undefined ? undefined : readIfThere(`/proc/${pid}/limits`);
    if (limits === undefined) return [];
    const { severity, ...rest } = judgeCoreLimit(`${name} (process ${pid})`, limits);
    return severity === 'warning' ? [{ severity, ...rest }] : [];
  });

/** The program that watches a cluster in the foreground starts again what crashes. */
export const checkLogs = ({ layout }: Home): Finding[] => {
  const folder = join(layout.home, 'logs');
  const bytes = filesOf(folder).reduce((sum, file) => sum + statSync(file).size, 0);
  const mebibytes = Math.round(bytes / 1024 / 1024);
  return mebibytes > 1024 ? [warning('logs', `The logs take ${mebibytes} MiB.`, `Look for what repeats in ${folder}.`)] : [];
};
