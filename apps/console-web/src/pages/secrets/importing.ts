import { currentOf } from '@strongroom/secret-files';
import { client } from '../../app/api';
import { problemOf } from '../../app/api-error';
import { commonPrefix, type Entry } from './import-plan';

/** How many secrets are created at a time. */
const AT_ONCE = 4;
const PAGE = 100;
/** Beyond as many names of the account, each is asked for by itself. */
const MAX_LISTED = 5_000;
const MAX_PAUSE = 10_000;
const MAX_TRIES = 5;

const sleep = (milliseconds: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });

/** Which of these names are taken: also those of secrets that are scheduled for deletion. */
export async function existingNames(names: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>> {
  const wanted = new Set(names);
  const found = new Set<string>();
  const prefix = commonPrefix(names);
  let nextToken = '';
  let listed = 0;
  do {
    const page = await client.secrets.listSecrets.query(
      {
        includePlannedDeletion: true,
        maxResults: PAGE,
        nextToken,
        filters: prefix ? [{ key: 'name', values: [prefix] }] : [],
      },
      { signal },
    );
    for (const { name } of page.secretList) if (wanted.has(name)) found.add(name);
    listed += page.secretList.length;
    nextToken = page.nextToken;
  } while (nextToken && listed < MAX_LISTED);
  // In a large account the rest shows when it is created: a name that is taken is refused, and nothing is overwritten.
  return found;
}

interface Report {
  (index: number, change: Pick<Entry, 'state' | 'reason'>): void;
}

/**
 * Creates the entries of the plan that are new or have failed, some at a time, until `signal` aborts. A secret that has been
 * created meanwhile is not overwritten. Throttled calls wait and try again.
 * @param tokens what makes each creation idempotent, by the name: the same for a second try
 */
export async function createAll(
  entries: readonly Entry[],
  tokens: Map<string, string>,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const todo = entries.flatMap((entry, index) => (entry.state === 'new' || entry.state === 'failed' ? [{ entry, index }] : []));
  let next = 0;
  const work = async () => {
    while (!signal.aborted) {
      const item = todo[next++];
      if (!item) return;
      report(item.index, { state: 'running' });
      report(item.index, await createOne(item.entry, tokens, signal));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function createOne(
  entry: Entry,
  tokens: Map<string, string>,
  signal: AbortSignal,
): Promise<Pick<Entry, 'state' | 'reason'>> {
  const { name, source } = entry;
  const value = source && currentOf(source)?.value.secretString;
  if (!source || value === undefined) return { state: 'invalid', reason: entry.reason };
  const clientRequestToken = tokens.get(name) ?? crypto.randomUUID();
  tokens.set(name, clientRequestToken);
  for (let tries = 1; ; tries++) {
    try {
      await client.secrets.createSecret.mutate({
        name,
        clientRequestToken,
        ...(source.description && { description: source.description }),
        value: { value: { $case: 'secretString', value } },
        tags: [...(source.tags ?? [])].map(([key, text]) => ({ key, value: text })),
      });
      return { state: 'created' };
    } catch (error) {
      const { kind, message, retryAfterMs } = problemOf(error);
      if (kind === 'already-exists') return { state: 'exists' };
      const mayPass = kind === 'resource-exhausted' || kind === 'unavailable' || kind === 'aborted';
      if (!mayPass || tries >= MAX_TRIES || signal.aborted) return { state: 'failed', reason: message };
      await sleep(Math.min(retryAfterMs ?? 2 ** tries * 250, MAX_PAUSE), signal);
    }
  }
}
