import { Alert, Select, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconBroadcast, IconRepeat } from '@tabler/icons-react';
import type { Output } from '@strongroom/console-api';
import type { ListPollersResponse, Poller } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { useMemo } from 'react';
import { client } from '../../app/api';
import { ArnLink } from '../../components/arn-link';
import { type Column, DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { Figure } from '../../components/figure';
import { Section } from '../../components/section';
import { StatusBadge, type Tone } from '../../components/status-badge';
import { usePages } from '../../components/use-pages';
import { useSearchState } from '../../components/use-search-state';
import { usageTexts } from '../../texts/usage';
import { count, money, share } from './amounts';
import { type Advice, adviceFor, savingsOf } from './polling';

const texts = usageTexts.polling;
const defaults = { days: 30 };
const DAYS = [1, 7, 30];
const PAGE_SIZE = 200;
const TONES: Readonly<Record<Advice, Tone>> = { push: 'warning', cache: 'neutral', none: 'good' };

const columns: readonly Column<Output<Poller>>[] = [
  {
    id: 'consumer',
    label: texts.consumer,
    width: 'minmax(9rem, 1.2fr)',
    render: ({ principal }) => <ArnLink arn={principal} />,
  },
  { id: 'secret', label: texts.secret, width: 'minmax(9rem, 1.4fr)', render: ({ secret }) => <ArnLink arn={secret} /> },
  { id: 'reads', label: texts.reads, width: '4.5rem', align: 'end', render: ({ reads }) => count(reads) },
  {
    id: 'repeated',
    label: texts.repeated,
    width: '7rem',
    align: 'end',
    render: ({ reads, repeatedReads }) => (
      <>
        {count(repeatedReads)}{' '}
        <Text span size="sm" c="dimmed">
          {share(repeatedReads, reads)}
        </Text>
      </>
    ),
  },
  {
    id: 'push',
    label: texts.pushSaves,
    width: '7rem',
    align: 'end',
    render: ({ savedByPush, currency }) => money(savedByPush, currency),
  },
  {
    id: 'cache',
    label: texts.cacheSaves,
    width: '7.5rem',
    align: 'end',
    wideOnly: true,
    render: ({ savedByCache, currency }) => money(savedByCache, currency),
  },
  {
    id: 'advice',
    label: texts.advice,
    width: '10.5rem',
    render: (poller) => {
      const advice = adviceFor(poller);
      return <StatusBadge tone={TONES[advice]}>{texts.advices[advice]}</StatusBadge>;
    },
  },
];

const pollersOf = ({ pollers }: Output<ListPollersResponse>) => pollers;

/** Who polls, and what push would spare. */
export function PollingView() {
  const [search, change] = useSearchState(defaults);
  const days = DAYS.includes(search.days) ? search.days : defaults.days;
  const { table } = usePages({
    queryKey: [['usage', 'listPollers'], { input: { days } }],
    load: (nextToken, signal) => client.usage.listPollers.query({ days, maxResults: PAGE_SIZE, nextToken }, { signal }),
    rows: pollersOf,
    next: ({ nextToken }) => nextToken,
  });
  const { rows: pollers, error } = table;
  const savings = useMemo(() => pollers && savingsOf(pollers), [pollers]);
  const currency = pollers?.[0]?.currency ?? 'USD';
  return (
    <Stack gap="md">
      <Select
        label={texts.days}
        data={DAYS.map((value) => ({ value: String(value), label: texts.lastDays(value) }))}
        value={String(days)}
        onChange={(value) => change({ days: Number(value) })}
        allowDeselect={false}
        maw={220}
      />
      {!error && (
        <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
          <Figure label={texts.summary.reads} value={savings && count(savings.reads)} />
          <Figure
            label={texts.summary.push}
            value={savings && money(savings.moneyByPush, currency)}
            note={savings && texts.calls(count(savings.byPush))}
          />
          <Figure
            label={texts.summary.cache}
            value={savings && money(savings.moneyByCache, currency)}
            note={savings && texts.calls(count(savings.byCache))}
          />
        </SimpleGrid>
      )}
      <Section title={texts.title} description={texts.text} flush>
        <DataTable
          label={texts.title}
          columns={columns}
          rowKey={({ principal, secret }) => `${principal} ${secret}`}
          {...table}
          empty={
            <EmptyState icon={IconRepeat} title={texts.none}>
              {texts.noneText}
            </EmptyState>
          }
        />
      </Section>
      {pollers && pollers.length > 0 && (
        <Alert icon={<IconBroadcast size={18} />} title={texts.how} variant="light">
          {texts.howText}
        </Alert>
      )}
    </Stack>
  );
}
