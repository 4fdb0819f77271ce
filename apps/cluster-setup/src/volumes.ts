import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programNames, serviceNames, type ProgramName, type ServiceName } from '@strongroom/local-cluster';

/** The recipients of volumes, each with only its own files. */
export type VolumeName =
  | ProgramName
  | `${ServiceName}-migration`
  | 'mariadb'
  | 'redis'
  | 'sentinel'
  | 'grafana'
  | 'administrator';

/** The images of these come from others and have their own users, in the group of these files. */
const sharedWithGroup: readonly VolumeName[] = ['mariadb', 'redis', 'sentinel', 'grafana'];

export const volumeNames: readonly VolumeName[] = [
  ...programNames,
  ...serviceNames.map((service) => `${service}-migration` as const),
  ...sharedWithGroup,
  'administrator',
];

/** The volume in which the database servers of a highly available cluster tell each other of themselves. */
export const NODES = 'mariadb-nodes';

/** The volumes that only a highly available cluster has. */
export const highlyAvailable: readonly string[] = ['sentinel', NODES];

/** Lets the database servers write there, who are in the group. */
export const openNodes = (volumes: string): void => chmodSync(join(volumes, NODES), 0o770);

/** Contents by file name. */
export type Handout = Readonly<Record<string, string>>;

/** Writes changed files; a reader sees the old content or the new one, never a part. */
export const handOut = (volumes: string, name: VolumeName, handout: Handout): void => {
  const mode = sharedWithGroup.includes(name) ? 0o640 : 0o600;
  for (const [file, content] of Object.entries(handout)) {
    const path = join(volumes, name, file);
    if (existsSync(path) && readFileSync(path, 'utf8') === content) continue;
    writeFileSync(`${path}.new`, content, { mode: 0o600 });
    chmodSync(`${path}.new`, mode);
    renameSync(`${path}.new`, path);
  }
};
