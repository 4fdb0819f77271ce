import { encodeEvent, EventIds, type AuditEvent, type EncodedEvent } from '@strongroom/audit-trail';
import type { Clock } from '@strongroom/clock';
import { createHotPool } from '@strongroom/database';
import type { LocalCluster } from '@strongroom/local-cluster';
import { randomUuid, systemRandom } from '@strongroom/random';
import { link } from '../../apps/audit-service/src/domain/chain';
import { DatabaseTrail } from '../../apps/audit-service/src/persistence/trail.repository';

export const AUDIT_SCHEMA = 'strongroom_audit';
/** The resource that few events have, evenly spread. */
export const RARE = 'rare';
export const RARE_EVENTS = 50;

/** Events of one transaction. */
const BATCH = 4_096;
/** How far back the trail reaches: events without a seal must not be older than two hours. Milliseconds. */
const SPAN = 3_600_000;
const SECRETS = 1_000;
const USERS = 10;

const secretOf = (name: string, { accountId, region }: Surroundings) => ({
  arn: `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-AbCdEf`,
  type: 'AWS::SecretsManager::Secret',
  versionId: '0b5b3e9d-2f0d-4b1e-9b43-6a3b1f0e4c11',
});

interface Surroundings {
  accountId: string;
  region: string;
}

/** Makes events as reads of secrets leave them, each with its own request. */
export class SampleEvents {
  private at = 0;
  private readonly ids: EventIds;

  constructor(private readonly of: Surroundings) {
    const clock: Clock = { millis: () => this.at, now: () => new Date(this.at) };
    this.ids = new EventIds(clock, systemRandom);
  }

  make(n: number, time: number, name = `bench/${n % SECRETS}`): EncodedEvent {
    const { accountId, region } = this.of;
    this.at = Math.trunc(time);
    const userName = `user-${n % USERS}`;
    const event: AuditEvent = {
      eventId: this.ids.next(),
      eventTime: new Date(this.at),
      eventSource: 'secretsmanager.amazonaws.com',
      eventName: 'GetSecretValue',
      awsRegion: region,
      recipientAccountId: accountId,
      userIdentity: {
        type: 'IAMUser',
        principalId: `AIDA${userName}`,
        arn: `arn:aws:iam::${accountId}:user/${userName}`,
        accountId,
        accessKeyId: `AKIA${userName}`,
        userName,
        sessionIssuerArn: '',
      },
      sourceIpAddress: '192.0.2.7',
      userAgent: 'grpc-node-js/1.14.7',
      requestId: randomUuid(systemRandom),
      readOnly: true,
      resources: [
        secretOf(name, this.of),
        {
          arn: `arn:aws:kms:${region}:${accountId}:key/11111111-2222-3333-4444-555555555555`,
          type: 'AWS::KMS::Key',
          versionId: '',
        },
      ],
      requestParameters: { secretId: name },
      responseElements: {},
      errorCode: '',
      errorMessage: '',
    };
    return { event, record: encodeEvent(event) };
  }
}

export interface Filling {
  cluster: LocalCluster;
  accountId: string;
  count: number;
  report: (line: string) => void;
}

/** Writes a trail as audit-service would, block by block, but without a journal. Returns the seconds that it took. */
export const fillTrail = async ({ cluster, accountId, count, report }: Filling): Promise<number> => {
  const pool = createHotPool({ ...cluster.database, name: AUDIT_SCHEMA }, { poolSize: 1 });
  const trail = new DatabaseTrail(pool);
  const samples = new SampleEvents({ accountId, region: cluster.region });
  const begun = performance.now();
  const start = Date.now() - SPAN;
  const everyRare = Math.max(1, Math.floor(count / RARE_EVENTS));
  // The next events are made while the last ones are written.
  let writing: Promise<void> | undefined;
  try {
    let head = await trail.head(accountId);
    for (let from = 0; from < count; from += BATCH) {
      const events = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => {
        const n = from + i;
        return samples.make(n, start + ((SPAN - 60_000) * n) / count, n % everyRare === everyRare - 1 ? RARE : undefined);
      });
      const chain = link(head, events);
      head = { accountId, sequence: chain.at(-1)!.sequence, hash: chain.at(-1)!.hash };
      await writing;
      writing = trail.append(chain);
      report(`filling the trail: ${from} of ${count} events`);
    }
    await writing;
  } finally {
    await pool.close();
  }
  return (performance.now() - begun) / 1_000;
};
