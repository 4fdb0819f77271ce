import { Table } from '@mantine/core';
import { usageTexts } from '../../texts/usage';
import { count } from './amounts';
import { groupWords } from './group-words';
import { labelOf } from './ranges';
import type { Grouping, Period, Plot } from './usage-series';

const texts = usageTexts.calls;

interface PlotTableProps {
  plot: Plot;
  grouping: Grouping;
  period: Period;
  label?: string;
}

/** The figures of a plot, in a frame that scrolls. */
export function PlotTable(props: PlotTableProps) {
  return (
    <Table.ScrollContainer minWidth={160 + 120 * props.plot.series.length} maxHeight="28rem">
      <PlotFigures {...props} />
    </Table.ScrollContainer>
  );
}

export function PlotFigures({ plot: { starts, series, total }, grouping, period, label = texts.figures }: PlotTableProps) {
  return (
    <Table aria-label={label} stickyHeader tabularNums>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{texts.period[period]}</Table.Th>
          {series.map(({ group }) => (
            <Table.Th key={group} scope="col" ta="end">
              <bdi>{groupWords(grouping, group)}</bdi>
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {starts.map((start, at) => (
          <Table.Tr key={start.getTime()}>
            <Table.Th scope="row" fw={400}>
              {labelOf(period, start)}
            </Table.Th>
            {series.map(({ group, values }) => (
              <Table.Td key={group} ta="end">
                {count(values[at] ?? 0)}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
      <Table.Tfoot>
        <Table.Tr>
          <Table.Th scope="row">
            {texts.total}: {count(total)}
          </Table.Th>
          {series.map((one) => (
            <Table.Th key={one.group} ta="end">
              {count(one.total)}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Tfoot>
    </Table>
  );
}
