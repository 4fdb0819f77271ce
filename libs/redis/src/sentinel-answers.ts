/** What a sentinel says of a group, or why it says nothing. */
export interface SentinelAnswer {
  /** `host:port`, as it is configured. */
  readonly sentinel: string;
  /** `host:port` of the primary; null: it does not know the group. */
  readonly primary?: string | null;
  /** How many sentinels must agree that the primary is down; undefined: it does not tell. */
  readonly quorum?: number;
  readonly failure?: string;
}

/** Why a service cannot begin with these sentinels. */
export interface SentinelProblem {
  /** Names the variable, the sentinels, and the rule. */
  readonly text: string;
  /** Somebody must change it; otherwise, it may pass by itself. */
  readonly isConfiguration: boolean;
}

const SENTINELS = 'STRONGROOM_REDIS_SENTINELS';

/** Undefined if all is well. */
export function judge(group: string, answers: readonly SentinelAnswer[]): SentinelProblem | undefined {
  const wrong = (text: string): SentinelProblem => ({ text, isConfiguration: true });
  const strangers = answers.filter(({ primary }) => primary === null).map(({ sentinel }) => sentinel);
  if (strangers.length > 0) {
    return wrong(
      `STRONGROOM_REDIS_SENTINEL_GROUP: all sentinels must know the group "${group}"; ${list(strangers)} ${strangers.length > 1 ? 'do' : 'does'} not`,
    );
  }
  const answering = answers.filter(({ failure }) => failure === undefined);
  const quorum = Math.max(1, ...answering.map((one) => one.quorum ?? 1));
  if (answers.length < quorum) {
    return wrong(`${SENTINELS}: must name at least ${quorum} sentinels, the quorum of the group "${group}"`);
  }
  if (answering.length < quorum) {
    const failures = answers.flatMap(({ sentinel, failure }) => (failure === undefined ? [] : [`${sentinel}: ${failure}`]));
    const text = `${SENTINELS}: at least ${quorum} of ${answers.length} sentinels must answer; ${failures.join('; ')}`;
    return { text, isConfiguration: false };
  }
  if (new Set(answering.map(({ primary }) => primary)).size > 1) {
    const names = answering.map(({ sentinel, primary }) => `${sentinel} names ${primary}`);
    return wrong(`${SENTINELS}: all sentinels must name one primary of the group "${group}"; ${names.join(', ')}`);
  }
  return undefined;
}

const list = (names: readonly string[]): string => new Intl.ListFormat('en-GB').format(names);
