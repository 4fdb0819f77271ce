import { useQuery } from '@tanstack/react-query';
import { client } from '../../app/api';
import { targetOf } from './rule-words';

/** An account has at most 300 rules, 100 webhooks and 1,000 topics: all of them are read, page by page. */
async function allPages<Page extends { nextToken: string }, Item>(
  fetchPage: (nextToken: string) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[],
): Promise<Item[]> {
  const items: Item[] = [];
  let nextToken = '';
  do {
    const page = await fetchPage(nextToken);
    items.push(...itemsOf(page));
    nextToken = page.nextToken;
  } while (nextToken !== '');
  return items;
}

export const RULES_KEY = ['notifications', 'rules'] as const;
export const TOPICS_KEY = ['notifications', 'topics'] as const;
export const WEBHOOKS_KEY = ['notifications', 'webhooks'] as const;

/** All rules of the account. */
export const useRules = () =>
  useQuery({
    queryKey: RULES_KEY,
    queryFn: ({ signal }) =>
      allPages(
        (nextToken) => client.rules.listRules.query({ nextToken }, { signal }),
        ({ rules }) => rules,
      ),
  });

/** All topics of the account: their ARNs. */
export const useTopics = () =>
  useQuery({
    queryKey: TOPICS_KEY,
    queryFn: ({ signal }) =>
      allPages(
        (nextToken) => client.topics.listTopics.query({ nextToken }, { signal }),
        ({ topics }) => topics.map(({ topicArn }) => topicArn),
      ),
  });

/** All webhooks of the account. */
export const useWebhooks = () =>
  useQuery({
    queryKey: WEBHOOKS_KEY,
    queryFn: ({ signal }) =>
      allPages(
        (nextToken) => client.webhooks.listWebhooks.query({ nextToken }, { signal }),
        ({ webhooks }) => webhooks,
      ),
  });

export interface PossibleTarget {
  readonly arn: string;
  readonly name: string;
  readonly kind: 'webhook' | 'topic';
}

/** What rules and alarms can tell. Whoever may see only one kind is offered that kind. */
export function usePossibleTargets(): { targets: readonly PossibleTarget[]; isPending: boolean } {
  const webhooks = useWebhooks();
  const topics = useTopics();
  const arns = [...(webhooks.data ?? []).map(({ arn }) => arn), ...(topics.data ?? [])];
  return { targets: arns.map((arn) => ({ arn, ...targetOf(arn) })), isPending: webhooks.isPending || topics.isPending };
}
