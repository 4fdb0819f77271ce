import type { Finding } from './model';

/** Collects what a check finds, so that one check serves both those who want the first error and those who want all. */
export class Report {
  readonly findings: Finding[] = [];

  error(place: string, rule: string): void {
    this.findings.push({ severity: 'error', place, rule });
  }

  warn(place: string, rule: string): void {
    this.findings.push({ severity: 'warning', place, rule });
  }

  get firstError(): Finding | undefined {
    return this.findings.find((finding) => finding.severity === 'error');
  }
}

/** Policy text in a form that is safe in a message: quoted, escaped and short. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}
