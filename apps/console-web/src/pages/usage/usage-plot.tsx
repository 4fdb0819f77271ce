import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';
import { VisuallyHidden } from '@mantine/core';
import { count, shortCount } from './amounts';
import { PLOT_HEIGHT } from './usage-series';
import { groupWords } from './group-words';
import { PlotFigures } from './plot-table';
import { labelOf } from './ranges';
import type { Grouping, Period, Plot } from './usage-series';

interface UsagePlotProps {
  plot: Plot;
  grouping: Grouping;
  period: Period;
  label: string;
}

/** Colours that can be told apart side by side, on light and on dark ground, also by those who see fewer of them. */
const COLORS = ['petrol.6', 'orange.6', 'violet.5', 'lime.7', 'pink.5', 'blue.5', 'yellow.7', 'gray.5'];

/** Stacked bars over time. Those who do not see them get the same figures as a table. */
export function UsagePlot({ plot, grouping, period, label }: UsagePlotProps) {
  const data = plot.starts.map((start, at) => ({
    start: labelOf(period, start),
    ...Object.fromEntries(plot.series.map(({ values }, place) => [`s${place}`, values[at]])),
  }));
  const series = plot.series.map(({ group }, place) => ({
    name: `s${place}`,
    label: groupWords(grouping, group),
    color: COLORS[place % COLORS.length]!,
  }));
  return (
    <>
      <div aria-hidden>
        <BarChart
          h={PLOT_HEIGHT}
          data={data}
          dataKey="start"
          type="stacked"
          series={series}
          withLegend={plot.series.length > 1}
          legendProps={{ verticalAlign: 'bottom' }}
          valueFormatter={(value) => count(value)}
          yAxisProps={{ width: 56, allowDecimals: false, tickFormatter: (value: number) => shortCount(value) }}
          xAxisProps={{ minTickGap: 24 }}
          tooltipAnimationDuration={0}
          barProps={{ isAnimationActive: false }}
          // Tab passes it by: what it shows is in the table below.
          barChartProps={{ accessibilityLayer: false }}
        />
      </div>
      <VisuallyHidden>
        <PlotFigures plot={plot} grouping={grouping} period={period} label={label} />
      </VisuallyHidden>
    </>
  );
}
