import { Select, Stack } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import type { Output } from '@strongroom/console-api';
import type { ListUnusedSecretsResponse, UnusedSecret } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { client } from '../../app/api';
import { ArnLink } from '../../components/arn-link';
import { type Column, DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { Moment } from '../../components/moment';
import { Section } from '../../components/section';
import { usePages } from '../../components/use-pages';
import { useSearchState } from '../../components/use-search-state';
import { usageTexts } from '../../texts/usage';
import { money } from './amounts';

const texts = usageTexts.unused;
const defaults = { days: 90 };
const DAYS = [7, 30, 90, 180, 365];
const PAGE_SIZE = 200;

const columns: readonly Column<Output<UnusedSecret>>[] = [
  { id: 'secret', label: texts.secret, width: 'minmax(12rem, 2fr)', render: ({ secret }) => <ArnLink arn={secret} /> },
  {
    id: 'read',
    label: texts.read,
    width: '10rem',
    render: ({ lastReadAt }) => <Moment at={lastReadAt} never={texts.never} />,
  },
  { id: 'created', label: texts.created, width: '10rem', render: ({ createdAt }) => <Moment at={createdAt} /> },
  {
    id: 'cost',
    label: texts.cost,
    width: '9rem',
    align: 'end',
    render: ({ monthlyCost, currency }) => money(monthlyCost, currency),
  },
];

const secretsOf = ({ secrets }: Output<ListUnusedSecretsResponse>) => secrets;

/** Secrets that nobody has read for a while. */
export function UnusedView() {
  const [search, change] = useSearchState(defaults);
  const days = DAYS.includes(search.days) ? search.days : defaults.days;
  const { table } = usePages({
    queryKey: [['usage', 'listUnusedSecrets'], { input: { days } }],
    load: (nextToken, signal) => client.usage.listUnusedSecrets.query({ days, maxResults: PAGE_SIZE, nextToken }, { signal }),
    rows: secretsOf,
    next: ({ nextToken }) => nextToken,
  });
  return (
    <Stack gap="md">
      <Select
        label={texts.days}
        data={DAYS.map((value) => ({ value: String(value), label: texts.ofDays(value) }))}
        value={String(days)}
        onChange={(value) => change({ days: Number(value) })}
        allowDeselect={false}
        maw={220}
      />
      <Section title={texts.title} description={texts.text} flush>
        <DataTable
          label={texts.label}
          columns={columns}
          rowKey={({ secret }) => secret}
          {...table}
          empty={
            <EmptyState icon={IconCircleCheck} title={texts.none}>
              {texts.noneText}
            </EmptyState>
          }
        />
      </Section>
    </Stack>
  );
}
