import type { Diagnostic } from '@codemirror/lint';
import { type Finding, type PolicyKind, publicGrants, compilePolicy, validatePolicy } from '@strongroom/policy';
import { parsePolicy, rangeOf } from './policy-tree';

export interface PolicyRules {
  kind: PolicyKind;
  /** In characters without white space, as AWS counts; of the kinds that have a limit. */
  maxSize?: number;
  /** Whether the policy may let in everybody. */
  isPublicRefused?: boolean;
}

/** All that is wrong or unwise in a policy, as the services find it. */
export function findingsOf(text: string, { kind, maxSize, isPublicRefused = false }: PolicyRules): Finding[] {
  const findings = validatePolicy(text, kind);
  const isSound = !findings.some(({ severity }) => severity === 'error');
  if (isSound && isPublicRefused) findings.push(...publicGrants(compilePolicy(text, kind)));
  if (maxSize !== undefined && sizeOf(text) > maxSize) {
    findings.push({ severity: 'error', place: '', rule: `must have at most ${maxSize} characters, white space not counted` });
  }
  return findings;
}

/** As quotas count: white space is free. */
export const sizeOf = (text: string): number => text.replace(/\s/g, '').length;

/** A sentence for a finding: `Statement[0].Action must …`. */
export const sentenceOf = ({ place, rule }: Finding): string => `${place || 'The policy'} ${rule}.`;

export function diagnosticsOf(text: string, findings: readonly Finding[]): Diagnostic[] {
  const tree = parsePolicy(text);
  return findings.map((finding) => ({
    ...rangeOf(text, finding.place, tree),
    severity: finding.severity,
    message: `${finding.rule[0]!.toUpperCase()}${finding.rule.slice(1)}.`,
  }));
}
