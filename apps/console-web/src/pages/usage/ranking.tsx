import { Progress, Text } from '@mantine/core';
import type { Output } from '@strongroom/console-api';
import type { UsageRow } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { useMemo } from 'react';
import { ArnLink } from '../../components/arn-link';
import { type Column, DataTable } from '../../components/data-table';
import { MachineText } from '../../components/machine-text';
import { Section } from '../../components/section';
import { usageTexts } from '../../texts/usage';
import { count, share } from './amounts';
import { groupWords } from './group-words';
import { type Grouping, type Measure, type Rank, ranksOf } from './usage-series';

const texts = usageTexts.calls;

interface RankingProps {
  rows: readonly Output<UsageRow>[];
  grouping: Exclude<Grouping, 'none'>;
  measure: Measure;
}

/** Who or what is behind the calls, greatest first. */
export function Ranking({ rows, grouping, measure }: RankingProps) {
  const { ranks, total } = useMemo(() => ranksOf(rows, { grouping, measure }), [rows, grouping, measure]);
  const columns = useMemo<readonly Column<Rank>[]>(
    () => [
      {
        id: 'group',
        label: texts.groupings[grouping],
        width: 'minmax(12rem, 2fr)',
        render: ({ group }) =>
          grouping !== 'tag' && group.startsWith('arn:') ? (
            <ArnLink arn={group} />
          ) : group === '' ? (
            <Text c="dimmed">{groupWords(grouping, group)}</Text>
          ) : (
            <MachineText>{group}</MachineText>
          ),
      },
      { id: 'count', label: texts.measures[measure], width: '8rem', align: 'end', render: (rank) => count(rank.total) },
      {
        id: 'share',
        label: texts.share,
        width: 'minmax(8rem, 1fr)',
        render: (rank) => (
          <>
            <Text span inherit size="sm">
              {share(rank.total, total)}
            </Text>
            <Progress value={(100 * rank.total) / total} size="xs" aria-hidden />
          </>
        ),
      },
      {
        id: 'failed',
        label: texts.measures.failedCalls,
        width: '9rem',
        align: 'end',
        wideOnly: true,
        render: ({ failed }) => (failed === 0 ? <Text c="dimmed">0</Text> : count(failed)),
      },
    ],
    [grouping, measure, total],
  );
  return (
    <Section title={texts.ranking[grouping]} flush>
      <DataTable label={texts.ranking[grouping]} columns={columns} rows={ranks} rowKey={({ group }) => group} maxHeight="30rem" />
    </Section>
  );
}
