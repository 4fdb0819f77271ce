export const AWSCURRENT = 'AWSCURRENT';
export const AWSPENDING = 'AWSPENDING';
export const AWSPREVIOUS = 'AWSPREVIOUS';

/** Of a new version until it is the current one. A writer that was stopped leaves it there; the next one takes it away. */
export const DRAFT_LABEL = 'strongroom-draft';

/** A secret as DescribeSecret tells of it. */
export interface LabelledVersions {
  /** By version id. */
  versionIdsToStages: Readonly<Record<string, { stages: string[] }>>;
}

/** The version that has a label. */
export const versionWith = ({ versionIdsToStages }: LabelledVersions, label: string): string | undefined =>
  Object.entries(versionIdsToStages).find(([, { stages }]) => stages.includes(label))?.[0];
