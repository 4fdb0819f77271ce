import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createJournal } from '@strongroom/audit-trail/redis';
import { pollUntil } from '@strongroom/clock';
import { EventFilter } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { connectTo, type ServiceClient } from '@strongroom/grpc-kit';
import {
  connectAsAdministrator,
  cpuBetween,
  type LocalCluster,
  type Processes,
  usageOfAll,
  userUri,
} from '@strongroom/local-cluster';
import { auditService, identityService } from '@strongroom/methods';
import { silentLogger } from '@strongroom/telemetry';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { forAll, fractionOf } from './load';
import { AUDIT_SCHEMA, fillTrail, RARE, SampleEvents } from './trail-filling';

/** What a trail of many events of one account costs. */
export interface TrailMeasurement {
  events: number;
  /** Seconds to write the trail directly. */
  filling: number;
  /** On disk, of all tables of the trail. */
  bytesAnEvent: number;
  lookups: { name: string; found: number; p50: number; p99: number }[];
  verification: { events: number; seconds: number; cpu: Record<string, number> };
  /** From a full journal; CPU microseconds an event, by process. */
  ingestion: { events: number; seconds: number; cpu: Record<string, number> };
}

interface TrailOptions {
  cluster: LocalCluster;
  processes: Processes;
  /** Events that the trail has. */
  events: number;
  /** Events that the journal has when ingestion begins. */
  ingested: number;
  report: (line: string) => void;
}

const ACCOUNT = '200000000002';
const LOOKUPS = 200;
const WARM_UP = 20;
const PAGE = 50;
const CALL = { timeoutMs: 30_000, maxAttempts: 1 };
const PATIENCE_MS = 600_000;
const POLL_MS = 50;
/** Events that are on their way to the journal. */
const IN_FLIGHT = 1_024;

type AuditClient = ServiceClient<typeof auditService>;

/** Of an account of its own, to which nobody else writes. */
export async function measureTrail({ cluster, processes, events, ingested, report }: TrailOptions): Promise<TrailMeasurement> {
  const tls = await administratorOf(cluster);
  const client = connectTo(auditService, { address: cluster.endpoint('audit-service'), tls, service: 'bench' });
  const connection = await connectAsAdministrator(cluster.database, AUDIT_SCHEMA);
  try {
    const filling = await fillTrail({ cluster, accountId: ACCOUNT, count: events, report });
    report('looking events up');
    return {
      events,
      filling,
      bytesAnEvent: (await bytesOf(connection)) / events,
      lookups: [
        await measureLookup(client, `the last ${PAGE}`, {}),
        await measureLookup(client, `${PAGE} of a rare resource`, { resource: RARE }),
        await measureLookup(client, `${PAGE} of a rare access key and time`, {
          accessKeyId: 'AKIAuser-7',
          eventName: 'GetSecretValue',
        }),
      ],
      verification: await measureVerification(client, processes, report),
      ingestion: await measureIngestion({ cluster, processes, connection, count: ingested, report }),
    };
  } finally {
    client.close();
    await connection.end();
  }
}

const administratorOf = async (cluster: LocalCluster) => {
  const uri = userUri('bench-trail');
  const address = cluster.endpoint('identity-service');
  const identity = connectTo(identityService, { address, tls: cluster.adminCertificate, service: 'bench' });
  try {
    await identity.createAccount({ accountId: ACCOUNT, displayName: 'bench', administratorCertificateUri: uri }, CALL);
  } finally {
    identity.close();
  }
  return cluster.issueClientCertificate(uri);
};

const bytesOf = async (connection: Connection): Promise<number> => {
  await connection.query('ANALYZE TABLE event_block, event_identity, event_posting, seal');
  const [[row]] = await connection.query<RowDataPacket[]>(
    'SELECT SUM(data_length + index_length) AS bytes FROM information_schema.tables WHERE table_schema = DATABASE()',
  );
  return Number(row!.bytes);
};

const measureLookup = async (client: AuditClient, name: string, filter: Partial<EventFilter>) => {
  const request = { filter: EventFilter.fromPartial(filter), maxResults: PAGE, nextToken: '' };
  const latencies: number[] = [];
  let found = 0;
  for (let i = 0; i < WARM_UP + LOOKUPS; i++) {
    const begun = performance.now();
    const { events } = await client.lookupEvents(request, CALL);
    if (i >= WARM_UP) latencies.push(performance.now() - begun);
    found = events.length;
  }
  latencies.sort((a, b) => a - b);
  return { name, found, p50: fractionOf(latencies, 0.5), p99: fractionOf(latencies, 0.99) };
};

const measureVerification = async (client: AuditClient, processes: Processes, report: TrailOptions['report']) => {
  const before = usageOfAll(processes);
  const begun = performance.now();
  for await (const { sequence, endSequence, result } of client.streamTrailVerification({ resumeToken: '' })) {
    report(`verifying: ${sequence} of ${endSequence} events`);
    if (!result) continue;
    if (!result.valid) throw new Error(`the trail is broken: ${JSON.stringify(result.findings[0]?.detail)}`);
    const verified = Number(result.eventsVerified);
    return { events: verified, ...spent(processes, before, begun, verified) };
  }
  throw new Error('the verification ended without a result');
};

/** What audit-service and the stores need for events that have piled up while audit-service stood still. */
const measureIngestion = async ({
  cluster,
  processes,
  connection,
  count,
  report,
}: Omit<TrailOptions, 'events' | 'ingested'> & { connection: Connection; count: number }) => {
  const stored = async () => {
    const [[row]] = await connection.query<RowDataPacket[]>(
      'SELECT COALESCE(MAX(last_sequence), 0) AS sequence FROM event_block WHERE account_id = ?',
      [ACCOUNT],
    );
    return Number(row!.sequence);
  };
  const journal = journalOf(cluster);
  const service = cluster.pid('audit-service')!;
  await journal.connect();
  // Its own events of the calls before.
  await pollUntil(async () => (await stored()) === (await stored()), PATIENCE_MS, 2_000);
  const target = (await stored()) + count;
  const samples = new SampleEvents({ accountId: ACCOUNT, region: cluster.region });
  process.kill(service, 'SIGSTOP');
  try {
    report(`filling the journal with ${count} events`);
    await forAll(count, (n) => journal.record(samples.make(n, Date.now()).event), IN_FLIGHT);
  } finally {
    process.kill(service, 'SIGCONT');
    await journal.close();
  }
  const before = usageOfAll(processes);
  const begun = performance.now();
  const isDone = async () => {
    const left = target - (await stored());
    report(`ingesting: ${left} of ${count} events are left`);
    return left <= 0;
  };
  if (!(await pollUntil(isDone, PATIENCE_MS, POLL_MS))) throw new Error('the journal was not emptied in time');
  return { events: count, ...spent(processes, before, begun, count) };
};

const spent = (processes: Processes, before: ReturnType<typeof usageOfAll>, begun: number, count: number) => ({
  seconds: (performance.now() - begun) / 1_000,
  cpu: Object.fromEntries(
    [...cpuBetween(before, usageOfAll(processes))]
      .filter(([name]) => ['audit-service', 'mariadb', 'redis'].includes(name))
      .map(([name, micros]) => [name, micros / count]),
  ),
});

/** Writes as secrets-api does. */
const journalOf = (cluster: LocalCluster) => {
  const { passwordFile, ...redis } = cluster.redis;
  const [producer, id, key] = readFileSync(join(cluster.home, 'secrets', 'journal-secrets-api.key'), 'utf8')
    .trim()
    .split(' ');
  return createJournal({
    redis: {
      ...redis,
      password: passwordFile && readFileSync(passwordFile, 'utf8').trim(),
      journalKey: { producer: producer!, id: id!, key: Buffer.from(key!, 'base64') },
    },
    logger: silentLogger,
    maxWaitMs: PATIENCE_MS,
    maxPending: 2 * IN_FLIGHT,
  });
};
