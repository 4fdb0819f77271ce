import { LookupEventsRequest, VerifyTrailRequest } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { DescribeSecretRequest, GetSecretValueRequest } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { pollUntil } from '@strongroom/clock';
import type { DomainError } from '@strongroom/errors';
import type { ReachableCluster } from '@strongroom/local-cluster';
import { auditService, secretsService } from '@strongroom/methods';
import { Caller } from './caller';
import { type Acknowledgements, CALL_TIMEOUT_MS, type Write } from './load';

const PAGE = 1_000;
/** How long the trail may take to have what was acknowledged. Milliseconds. */
const TRAIL_MS = 20_000;
/** The events that one answer of VerifyTrail covers. */
const VERIFIED_AT_ONCE = 20_000n;
/** How far the clocks of two processes may be apart. Milliseconds. */
const CLOCKS_MS = 1_000;
const AT_ONCE = 8;

/** What is not as it was acknowledged, a line each. */
export interface Losses {
  /** Versions, values and labels. */
  lost: string[];
  /** Calls without an event in the trail. */
  unrecorded: string[];
  /** What VerifyTrail finds wrong. */
  trail: string[];
}

/** Asks a cluster whether what it has acknowledged is so. */
export class Checker {
  private readonly caller: Caller;
  /** The last event that was verified. */
  private verified = 1n;

  constructor(cluster: ReachableCluster) {
    this.caller = new Caller(cluster, CALL_TIMEOUT_MS);
  }

  close(): void {
    this.caller.close();
  }

  /** What was acknowledged is by a load that rests. */
  async check({ since, requestIds, writes, current }: Acknowledgements): Promise<Losses> {
    const lost = await inGroups(writes, (write) => this.lossOf(write));
    const labels = await inGroups([...current], ([secretId, versions]) => this.wrongLabel(secretId, versions));
    const unrecorded = await this.unrecorded(requestIds, since);
    return { lost: [...lost, ...labels], unrecorded, trail: await this.brokenTrail() };
  }

  private async lossOf({ secretId, versionId, value }: Write): Promise<string[]> {
    const request = GetSecretValueRequest.fromPartial({ secretId, versionId });
    try {
      const { response } = await this.caller.call('secrets-api', secretsService, 'getSecretValue', request);
      const read = response.value?.value?.value;
      return value === undefined || read === value ? [] : [`${secretId} ${versionId}: another value than the one written`];
    } catch (error) {
      return [`${secretId} ${versionId}: ${(error as Error).message}`];
    }
  }

  private async wrongLabel(secretId: string, versions: readonly string[]): Promise<string[]> {
    const request = DescribeSecretRequest.fromPartial({ secretId });
    const { response } = await this.caller.call('secrets-api', secretsService, 'describeSecret', request);
    const on = Object.entries(response.versionIdsToStages).flatMap(([id, { stages }]) =>
      stages.includes('AWSCURRENT') ? [id] : [],
    );
    return on.length === 1 && versions.includes(on[0]!)
      ? []
      : [`${secretId}: AWSCURRENT is on ${on.join(' and ') || 'no version'}, not on ${versions.join(' or ')}`];
  }

  private async unrecorded(requestIds: readonly string[], since: number): Promise<string[]> {
    let missing = requestIds;
    await pollUntil(
      async () => {
        const known = await this.recordedSince(new Date(since - CLOCKS_MS));
        missing = requestIds.filter((id) => !known.has(id));
        return missing.length === 0;
      },
      TRAIL_MS,
      200,
    );
    return missing.map((id) => `request ${id}: no event in the trail`);
  }

  private async recordedSince(startTime: Date): Promise<ReadonlySet<string>> {
    const known = new Set<string>();
    for (let nextToken = ''; ;) {
      const request = LookupEventsRequest.fromPartial({ filter: { startTime }, maxResults: PAGE, nextToken });
      const { response } = await this.caller.call('audit-service', auditService, 'lookupEvents', request);
      for (const { requestId, errorCode } of response.events) if (!errorCode) known.add(requestId);
      if (!response.nextToken) return known;
      nextToken = response.nextToken;
    }
  }

  /** Continues where the last check has ended. */
  private async brokenTrail(): Promise<string[]> {
    const findings: string[] = [];
    for (;;) {
      const fromSequence = this.verified;
      try {
        return [...findings, ...(await this.verify({ fromSequence }))];
      } catch (error) {
        // These are too many for one answer.
        if ((error as DomainError).reason !== 'InvalidParameterException') throw error;
        findings.push(...(await this.verify({ fromSequence, toSequence: fromSequence + VERIFIED_AT_ONCE - 1n })));
      }
    }
  }

  private async verify(range: Partial<VerifyTrailRequest>): Promise<string[]> {
    const request = VerifyTrailRequest.fromPartial(range);
    const { response } = await this.caller.call('audit-service', auditService, 'verifyTrail', request);
    this.verified = response.lastSequence;
    if (response.valid) return [];
    return response.findings.map(({ kind, sequence, detail }) => `the trail at ${sequence}: ${kind}, ${detail}`);
  }
}

const inGroups = async <Item>(items: readonly Item[], ask: (item: Item) => Promise<string[]>): Promise<string[]> => {
  const all: string[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    all.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(ask))).flat());
  }
  return all;
};
