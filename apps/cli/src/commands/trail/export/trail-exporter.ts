import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type AuditEvent, encodeEvent } from '@strongroom/audit-trail';
import type { AuditCalls, Event } from '@strongroom/client';
import { EXPORT_BEGINS, EXPORT_ENDS, exportedRecord } from '@strongroom/cloudtrail-record';
import { chainStart } from '@strongroom/merkle';
import { z } from 'zod';
import { CliError } from '../../../cli-error';
import { EXIT } from '../../../exit-code';
import { endOfTrail, followTrail } from '../follow-trail';
import type { ExportPlace } from './export-place';

/** Events of one file, and the length of its lines, in UTF-16 code units. */
const MAX_EVENTS = 5_000;
const MAX_LENGTH = 32 * 1_024 * 1_024;

const compressed = promisify(gzip);

/** How far an export got, as it is kept beside the files. */
const placeInTrail = z.object({
  version: z.literal(1),
  accountId: z.string(),
  /** Of the last exported event. */
  sequence: z.string().regex(/^\d{1,16}$/),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});
type PlaceInTrail = z.infer<typeof placeInTrail>;

export interface TrailExport {
  audit: Pick<AuditCalls, 'lookupEvents' | 'streamEvents'>;
  accountId: string;
  place: ExportPlace;
  signal: AbortSignal;
  progress?: (exported: number, of: number) => void;
  maxEvents?: number;
}

export interface ExportedTrail {
  events: number;
  files: number;
  /** The last exported event, of this export or an earlier one; 0: there is none. */
  sequence: bigint;
}

export const stateName = (accountId: string): string => `strongroom-export-${accountId}.json`;

/**
 * Exports what has entered the trail since the last export to this place, in files as CloudTrail writes them. First a file is
 * complete, then the place is noted up to which the trail is exported. What is interrupted in between is written again, under the
 * same name.
 *
 * @throws CliError if the trail is not the one that was exported before, or has a gap
 */
export const exportTrail = async ({
  audit,
  accountId,
  place,
  signal,
  progress,
  maxEvents = MAX_EVENTS,
}: TrailExport): Promise<ExportedTrail> => {
  const state = await readState(place, accountId);
  const start = BigInt(state?.sequence ?? 0);
  const end = await endOfTrail(audit, signal);
  const exported: ExportedTrail = { events: 0, files: 0, sequence: start };
  if (end < start && state) throw another(state, 'it ends before that event');
  if (end <= start) return exported;
  let waiting = new WaitingEvents();
  const finish = async () => {
    const { first, last } = waiting;
    if (!first || !last) return;
    await place.write(fileName(accountId, first), await compressed(waiting.text));
    await place.write(stateName(accountId), stateOf(accountId, last));
    exported.events += waiting.count;
    exported.files++;
    exported.sequence = last.sequence;
    waiting = new WaitingEvents();
    progress?.(Number(last.sequence - start), Number(end - start));
  };
  // With the last event of before, to see that it is still the same. A first export begins with the first event that is kept.
  let expected = state ? start : undefined;
  let previousHash: string | undefined;
  for await (const event of followTrail(audit, { after: state ? start - 1n : 0n, signal })) {
    expected ??= event.sequence;
    if (event.sequence !== expected) throw gap(expected, event.sequence);
    expected++;
    if (state && event.sequence === start) {
      if (event.hash.toString('hex') !== state.hash) throw another(state, 'its hash differs');
      previousHash = state.hash;
      continue;
    }
    if (event.sequence === 1n) previousHash = chainStart(accountId).toString('hex');
    const { first } = waiting;
    const isFull = waiting.count >= maxEvents || waiting.length >= MAX_LENGTH;
    if (first && (isFull || folderOf(accountId, first) !== folderOf(accountId, event))) await finish();
    waiting.add(event, previousHash);
    previousHash = event.hash.toString('hex');
    if (event.sequence >= end) break;
  }
  signal.throwIfAborted();
  await finish();
  return exported;
};

/** The events of the next file. */
class WaitingEvents {
  private readonly lines: string[] = [];
  first: Event | undefined;
  last: Event | undefined;
  /** Of the lines, in UTF-16 code units. */
  length = 0;

  get count(): number {
    return this.lines.length;
  }

  get text(): string {
    return `${EXPORT_BEGINS}\n${this.lines.join(',\n')}\n${EXPORT_ENDS}\n`;
  }

  add(event: Event, trailPreviousHash: string | undefined): void {
    // The same fields: a chained event has both.
    const line = JSON.stringify(exportedRecord(event, { trailRecord: encodeEvent(event as AuditEvent), trailPreviousHash }));
    this.lines.push(line);
    this.length += line.length;
    this.first ??= event;
    this.last = event;
  }
}

const readState = async (place: ExportPlace, accountId: string): Promise<PlaceInTrail | undefined> => {
  const text = await place.read(stateName(accountId));
  if (text === undefined) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const { success, data } = placeInTrail.safeParse(json);
  if (success && data.accountId === accountId) return data;
  throw new CliError(`${stateName(accountId)} in ${place.title} is not what an export of account ${accountId} left there.`, {
    exitCode: EXIT.conflict,
    hint: 'Put it back, or export to another place.',
  });
};

const stateOf = (accountId: string, { sequence, hash }: Event): Buffer => {
  const state: PlaceInTrail = { version: 1, accountId, sequence: String(sequence), hash: hash.toString('hex') };
  return Buffer.from(`${JSON.stringify(state)}\n`);
};

const another = ({ sequence }: PlaceInTrail, why: string): CliError =>
  new CliError(`The trail is not the one that was exported here up to event ${sequence}: ${why}.`, {
    exitCode: EXIT.conflict,
    hint: 'Run strongroom trail verify. After a backup was restored, export to another place.',
  });

const gap = (expected: bigint, found: bigint): CliError =>
  new CliError(`The trail has a gap: event ${found} follows where event ${expected} should be.`, {
    exitCode: EXIT.incomplete,
    hint: 'Run strongroom trail verify.',
  });

/** `AWSLogs/ACCOUNT/CloudTrail/REGION/yyyy/mm/dd`. */
const folderOf = (accountId: string, { awsRegion, eventTime }: Event): string => {
  const [day] = eventTime!.toISOString().split('T');
  return `AWSLogs/${accountId}/CloudTrail/${awsRegion}/${day!.replaceAll('-', '/')}`;
};

/** As CloudTrail names files, but with the place of the first event where CloudTrail has 16 random characters. */
const fileName = (accountId: string, first: Event): string => {
  const minute = first.eventTime!.toISOString().slice(0, 16).replace(/[-:]/g, '');
  const unique = String(first.sequence).padStart(16, '0');
  return `${folderOf(accountId, first)}/${accountId}_CloudTrail_${first.awsRegion}_${minute}Z_${unique}.json.gz`;
};
