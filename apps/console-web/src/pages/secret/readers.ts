import type { Event } from '@strongroom/contracts/strongroom/audit/v1/audit';

type ReadEvent = Pick<Event, 'eventTime' | 'userIdentity' | 'errorCode' | 'sourceIpAddress' | 'resources'>;

/** Somebody who has read a secret. */
export interface Reader {
  /** Of the user or role; a session's is that of its role. */
  arn: string;
  /** Reads that succeeded. */
  count: number;
  refused: number;
  last: Date;
  /** The versions that they read, the latest first. */
  versions: readonly string[];
  /** The addresses that they read from, the latest first. */
  addresses: readonly string[];
}

/** Who is behind a call: the role rather than its session, for sessions come and go. */
export const readerOf = ({ userIdentity }: Pick<Event, 'userIdentity'>): string =>
  userIdentity?.sessionIssuerArn || userIdentity?.arn || userIdentity?.principalId || '';

export const versionIn = ({ resources }: Pick<Event, 'resources'>, secretArn: string): string | undefined =>
  resources.find(({ arn, versionId }) => arn === secretArn && versionId !== '')?.versionId;

/** A service of the cluster by its name; undefined for users and roles, whose ARNs say enough. */
export const serviceName = (arn: string): string | undefined => /^spiffe:\/\/[^/]+\/service\/([a-z-]+)$/.exec(arn)?.[1];

/** Who has read the secret, whoever did last first. @param events newest first */
export const readersOf = (events: readonly ReadEvent[], secretArn: string): Reader[] => {
  const readers = new Map<
    string,
    { count: number; refused: number; last: Date; versions: Set<string>; addresses: Set<string> }
  >();
  for (const event of events) {
    const { eventTime: at, errorCode, sourceIpAddress } = event;
    if (at === undefined) continue;
    const arn = readerOf(event);
    const reader = readers.get(arn) ?? { count: 0, refused: 0, last: at, versions: new Set(), addresses: new Set() };
    readers.set(arn, reader);
    if (errorCode === '') reader.count++;
    else reader.refused++;
    const version = versionIn(event, secretArn);
    if (version !== undefined) reader.versions.add(version);
    if (sourceIpAddress !== '') reader.addresses.add(sourceIpAddress);
  }
  return [...readers].map(([arn, { versions, addresses, ...reader }]) => ({
    arn,
    ...reader,
    versions: [...versions],
    addresses: [...addresses],
  }));
};
