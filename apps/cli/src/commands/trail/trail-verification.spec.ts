import { type AuditCalls, ServiceUnavailableException } from '@strongroom/client';
import { StreamTrailVerificationResponse } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { verifyTrail } from './trail-verification';

type Message = Parameters<typeof StreamTrailVerificationResponse.fromPartial>[0];

const away = () =>
  new ServiceUnavailableException({ kind: 'unavailable', reason: 'ServiceUnavailableException', message: 'away' });
const { signal } = new AbortController();

const auditOf = (...streams: (Message | Error)[][]) => {
  const tokens: (string | undefined)[] = [];
  const audit: Pick<AuditCalls, 'streamTrailVerification'> = {
    async *streamTrailVerification(request = {}) {
      tokens.push(request.resumeToken);
      for (const item of streams[Math.min(tokens.length, streams.length) - 1]!) {
        if (item instanceof Error) throw item;
        yield StreamTrailVerificationResponse.fromPartial(item);
      }
    },
  };
  return { audit, tokens };
};

const finding = (sequence: bigint) => ({ kind: 'changed', sequence, detail: 'the hash differs' });

it('goes on where a stream broke, and keeps the findings of all of them', async () => {
  const { audit, tokens } = auditOf(
    [{ sequence: 10n, endSequence: 30n, resumeToken: 'a', findings: [finding(3n)] }, away()],
    [],
    [
      { sequence: 20n, endSequence: 30n, resumeToken: '' },
      {
        sequence: 30n,
        endSequence: 30n,
        resumeToken: 'c',
        findings: [finding(25n)],
        result: { valid: false, eventsVerified: 30n },
      },
    ],
  );
  const progress: string[] = [];
  const { result, findings, resumeToken } = await verifyTrail(audit, {
    signal,
    progress: (n, of) => progress.push(`${n}/${of}`),
  });
  expect(tokens).toEqual([undefined, 'a', 'a']);
  expect(result.valid).toBe(false);
  expect(findings.map(({ sequence }) => sequence)).toEqual([3n, 25n]);
  expect(resumeToken).toBe('c');
  expect(progress).toEqual(['10/30', '20/30', '30/30']);
});

it('gives up when streams keep breaking without progress', async () => {
  const { audit, tokens } = auditOf([away()]);
  await expect(verifyTrail(audit, { signal, resumeToken: 'x' })).rejects.toThrow('away');
  expect(tokens.length).toBeLessThan(10);
  const silent = auditOf([]);
  await expect(verifyTrail(silent.audit, { signal })).rejects.toThrow(/ends before its result/);
});
