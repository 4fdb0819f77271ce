import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './checks/finding';
import type { Plan, Request } from './requests/plan';
import type { Answer } from './senders/answer';

/** Findings that differ only in the request that shows them. */
interface Group extends Finding {
  count: number;
  /** The request and its answer, to be read. */
  example?: string;
}

const SHOWN_BYTES = 600;
const SHOWN_TARGETS = 4;

/** Collects the findings: each fault once, with the first request that shows it. */
export class Report {
  private readonly groups = new Map<string, Group>();

  /** @param say called with each fault that is new */
  constructor(
    private readonly seed: string,
    private readonly say: (line: string) => void = () => undefined,
  ) {}

  add(finding: Finding, plan?: Plan, answers: readonly Answer[] = []): void {
    const signature = [finding.check, finding.target, finding.seen].join(' · ');
    const known = this.groups.get(signature);
    if (known !== undefined) {
      known.count++;
      return;
    }
    const example = plan === undefined ? undefined : describe(plan, answers);
    this.groups.set(signature, { ...finding, count: 1, ...(example === undefined ? {} : { example }) });
    this.say(`✗ ${signature}${this.repeatOf(finding)}`);
  }

  get findings(): readonly Group[] {
    return [...this.groups.values()];
  }

  /** Faults of one kind together: what was seen, of how many targets, and how to repeat the first of them. */
  summary(): string {
    const kinds = new Map<string, Group[]>();
    for (const group of this.groups.values()) {
      const kind = `${group.check} · ${group.seen}`;
      kinds.set(kind, [...(kinds.get(kind) ?? []), group]);
    }
    return [...kinds]
      .map(([kind, groups]) => {
        const times = groups.reduce((sum, { count }) => sum + count, 0);
        const targets = groups.map(({ target }) => target);
        const others = targets.length > SHOWN_TARGETS ? ` and ${targets.length - SHOWN_TARGETS} more` : '';
        return `  ${times} × ${kind}\n      ${targets.slice(0, SHOWN_TARGETS).join(', ')}${others}${this.repeatOf(groups[0]!)}`;
      })
      .join('\n');
  }

  write(folder: string, more: object): string {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${this.seed.replace(/\W/g, '_')}.json`);
    writeFileSync(file, JSON.stringify({ seed: this.seed, ...more, findings: this.findings }, undefined, 2));
    return file;
  }

  private repeatOf({ index }: Finding): string {
    return index === undefined ? '' : `   npm run fuzz -- --seed ${this.seed} --only ${index}`;
  }
}

const shorten = (text: string): string => (text.length > SHOWN_BYTES ? `${text.slice(0, SHOWN_BYTES)}… (${text.length})` : text);

/** A request in a repeatable form, and its outcome. */
export const describe = ({ index, target, kind, caller, requests }: Plan, answers: readonly Answer[]): string =>
  [
    `    index ${index}, ${target}, ${kind}, by ${caller}`,
    ...requests.map((request, at) => `    ${describeRequest(request)}\n    → ${describeAnswer(answers[at])}`),
  ].join('\n');

function describeRequest(request: Request): string {
  switch (request.via) {
    case 'grpc': {
      const { credential, metadata, messages, timeoutMs } = request;
      return shorten(
        `${JSON.stringify({ credential, metadata, timeoutMs })} ${messages.map((bytes) => bytes.toString('hex')).join(' ')}`,
      );
    }
    case 'https': {
      const { protocol, headers, forgery, body } = request;
      return shorten(`${protocol} ${JSON.stringify({ headers, forgery })} ${body.toString('utf8')}`);
    }
    default:
      return `${request.program} by ${request.seed}`;
  }
}

const describeAnswer = (answer: Answer | undefined): string =>
  answer === undefined
    ? 'no answer yet'
    : shorten(
        `${answer.status} ${answer.reason} ${answer.message} [${answer.details.join()}] ${Math.round(answer.elapsedMs)} ms ${answer.requestId ?? ''}`,
      );
