import type { ReEncryption } from '../domain/re-encryption/re-encryption';

export interface ReEncryptionRow {
  key_id: string;
  key_arn: string;
  account_id: string;
  run_id: string;
  state: ReEncryption['state'];
  reason: string | null;
  material_version: number;
  rate: number;
  started_by: string;
  started_at: Date;
  ended_at: Date | null;
  re_encrypted: number | string;
  failures: string;
  reached: Buffer;
  pass: number;
}

export function toReEncryption(row: ReEncryptionRow): ReEncryption {
  return {
    keyId: row.key_id,
    keyArn: row.key_arn,
    accountId: row.account_id,
    runId: row.run_id,
    state: row.state,
    reason: row.reason ?? undefined,
    materialVersion: row.material_version,
    rate: row.rate,
    startedBy: row.started_by,
    startedAt: row.started_at,
    endedAt: row.ended_at ?? undefined,
    reEncrypted: Number(row.re_encrypted),
    failures: new Map(JSON.parse(row.failures) as [string, number][]),
    reached: row.reached,
    pass: row.pass,
  };
}

export function toRow(run: ReEncryption): ReEncryptionRow {
  return {
    key_id: run.keyId,
    key_arn: run.keyArn,
    account_id: run.accountId,
    run_id: run.runId,
    state: run.state,
    reason: run.reason ?? null,
    material_version: run.materialVersion,
    rate: run.rate,
    started_by: run.startedBy,
    started_at: run.startedAt,
    ended_at: run.endedAt ?? null,
    re_encrypted: run.reEncrypted,
    failures: JSON.stringify([...run.failures]),
    reached: run.reached,
    pass: run.pass,
  };
}
