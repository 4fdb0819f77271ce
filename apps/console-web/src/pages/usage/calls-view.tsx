import { Group, SegmentedControl, Select, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { lazy, Suspense, useMemo } from 'react';
import { IconChartBar, IconTag } from '@tabler/icons-react';
import { EmptyState } from '../../components/empty-state';
import { Figure } from '../../components/figure';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { TypedText } from '../../components/typed-text';
import { useSearchState } from '../../components/use-search-state';
import { usageTexts } from '../../texts/usage';
import { count, share } from './amounts';
import { PlotTable } from './plot-table';
import { Ranking } from './ranking';
import type { Range } from './ranges';
import { type Grouping, type Measure, PLOT_HEIGHT, plotOf } from './usage-series';
import { useUsage } from './use-usage';

const UsagePlot = lazy(async () => ({ default: (await import('./usage-plot')).UsagePlot }));

const texts = usageTexts.calls;
const choices = <Value extends string>(labels: Readonly<Record<Value, string>>) =>
  Object.entries<string>(labels).map(([value, label]) => ({ value, label }));
const isOneOf = <Value extends string>(labels: Readonly<Record<Value, string>>, text: string): text is Value =>
  Object.hasOwn(labels, text);

const defaults = { range: 'month', by: 'principal', tag: '', count: 'calls', as: 'plot' };
/** Of the key of a tag, in characters. */
const MAX_TAG_KEY = 128;

/** Calls over time, and who makes them. */
export function CallsView() {
  const [search, change] = useSearchState(defaults);
  const range: Range = isOneOf(texts.ranges, search.range) ? search.range : 'month';
  const grouping: Grouping = isOneOf(texts.groupings, search.by) ? search.by : 'principal';
  const measure: Measure = isOneOf(texts.measures, search.count) ? search.count : 'calls';
  const { data, error, refetch, times } = useUsage(range, grouping, search.tag);
  const isWithoutTag = grouping === 'tag' && search.tag === '';
  const plot = useMemo(() => data && plotOf(data.rows, { measure, grouping, ...times }), [data, measure, grouping, times]);
  const totals = useMemo(() => {
    const total = (name: Measure) => data?.rows.reduce((sum, { counters }) => sum + Number(counters?.[name] ?? 0), 0);
    return {
      calls: total('calls'),
      failedCalls: total('failedCalls'),
      billedCalls: total('billedCalls'),
      repeatedReads: total('repeatedReads'),
    };
  }, [data]);

  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />;
  return (
    <Stack gap="md">
      <Group gap="sm" align="flex-end">
        <Select
          label={texts.range}
          data={choices(texts.ranges)}
          value={range}
          onChange={(value) => change({ range: value ?? defaults.range })}
          allowDeselect={false}
        />
        <Select
          label={texts.grouping}
          data={choices(texts.groupings)}
          value={grouping}
          onChange={(value) => change({ by: value ?? defaults.by })}
          allowDeselect={false}
        />
        {grouping === 'tag' && (
          <TypedText label={texts.tagKey} value={search.tag} onChange={(tag) => change({ tag })} maxLength={MAX_TAG_KEY} />
        )}
        <Select
          label={texts.measure}
          data={choices(texts.measures)}
          value={measure}
          onChange={(value) => change({ count: value ?? defaults.count })}
          allowDeselect={false}
        />
      </Group>
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
        {(Object.keys(texts.measures) as Measure[]).map((name) => (
          <Figure
            key={name}
            label={texts.measures[name]}
            value={totals[name] === undefined ? undefined : count(totals[name])}
            note={
              name === 'calls' || totals[name] === undefined
                ? texts.ranges[range]
                : texts.ofCalls(share(totals[name], totals.calls ?? 0))
            }
          />
        ))}
      </SimpleGrid>
      {data?.isCut && <Text size="sm">{texts.cut}</Text>}
      <Section
        title={texts.plot(texts.measures[measure])}
        description={`${texts.measureHints[measure]} ${texts.times}`}
        actions={
          <SegmentedControl
            size="xs"
            aria-label={texts.show}
            value={search.as === 'table' ? 'table' : 'plot'}
            onChange={(as) => change({ as })}
            data={[
              { value: 'plot', label: texts.asPlot },
              { value: 'table', label: texts.asTable },
            ]}
          />
        }
      >
        {isWithoutTag && (
          <EmptyState icon={IconTag} title={texts.noTagKey}>
            {texts.noTagKeyText}
          </EmptyState>
        )}
        {!plot && !isWithoutTag && <Skeleton height={PLOT_HEIGHT} />}
        {plot?.total === 0 && (
          <EmptyState icon={IconChartBar} title={texts.nobody}>
            {texts.nobodyText}
          </EmptyState>
        )}
        {plot && plot.total > 0 && search.as !== 'table' && (
          <Suspense fallback={<Skeleton height={PLOT_HEIGHT} />}>
            <UsagePlot plot={plot} grouping={grouping} period={times.period} label={texts.plot(texts.measures[measure])} />
          </Suspense>
        )}
        {plot && plot.total > 0 && search.as === 'table' && <PlotTable plot={plot} grouping={grouping} period={times.period} />}
      </Section>
      {plot && plot.total > 0 && grouping !== 'none' && data && (
        <Ranking rows={data.rows} grouping={grouping} measure={measure} />
      )}
    </Stack>
  );
}
