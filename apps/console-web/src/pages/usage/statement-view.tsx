import './statement-print.css';
import { Button, Group, Select, Skeleton, Stack, Table, Text, Tooltip } from '@mantine/core';
import { IconDownload, IconPrinter, IconReceipt } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { Output } from '@strongroom/console-api';
import type { Statement } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { useMemo } from 'react';
import { api } from '../../app/api';
import { EmptyState } from '../../components/empty-state';
import { Problem } from '../../components/problem';
import { saveFile } from '../../components/save-file';
import { Section } from '../../components/section';
import { StatusBadge } from '../../components/status-badge';
import { useSearchState } from '../../components/use-search-state';
import { usageTexts } from '../../texts/usage';
import { exactMoney, money, quantity } from './amounts';
import { lastMonths, monthWords } from './ranges';

const texts = usageTexts.statement;
const defaults = { month: '' };
/** For as many months counters are kept; statements stay. */
const MONTHS = 25;

/** What a month costs. */
export function StatementView() {
  const [search, change] = useSearchState(defaults);
  const months = useMemo(() => lastMonths(MONTHS, new Date()), []);
  const month = months.includes(search.month) ? search.month : months[0]!;
  const { data, error, refetch } = useQuery(api.usage.getStatement.queryOptions({ month }));
  const statement = data?.statement;
  return (
    <Stack gap="md">
      <Group gap="sm" align="flex-end" justify="space-between" data-print="no">
        <Select
          label={texts.month}
          data={months.map((value) => ({ value, label: monthWords(value) }))}
          value={month}
          onChange={(value) => change({ month: value === months[0] ? '' : (value ?? '') })}
          allowDeselect={false}
        />
        {statement && <Files month={month} />}
      </Group>
      <Problem error={error} onRetry={() => void refetch()} />
      {!statement && !error && <Skeleton height={260} />}
      {statement && <StatementSheet statement={statement} />}
    </Stack>
  );
}

function Files({ month }: { month: string }) {
  const { mutate, variables, isPending, error } = useMutation({
    ...api.statements.file.mutationOptions(),
    onSuccess: ({ name, text }) => saveFile(name, [text], 'text/csv'),
  });
  const button = (format: 'csv' | 'focus', label: string) => (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} />}
      loading={isPending && variables.format === format}
      onClick={() => mutate({ month, format })}
    >
      {label}
    </Button>
  );
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Button variant="default" leftSection={<IconPrinter size={16} />} onClick={() => window.print()}>
          {texts.print}
        </Button>
        {button('csv', texts.csv)}
        <Tooltip label={texts.focusHint}>{button('focus', texts.focus)}</Tooltip>
      </Group>
      <Problem error={error} />
    </Stack>
  );
}

function StatementSheet({ statement }: { statement: Output<Statement> }) {
  const { month, closed, currency, lines, total, freeTrialCredit, freeTrialEnd, accountId, region } = statement;
  return (
    <Section
      title={texts.title(monthWords(month))}
      description={`${texts.account} ${accountId} · ${texts.region} ${region}`}
      actions={<StatusBadge tone={closed ? 'good' : 'busy'}>{closed ? texts.closed : texts.open}</StatusBadge>}
    >
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {closed ? texts.closedText : texts.openText}
        </Text>
        {lines.length === 0 ? (
          <EmptyState icon={IconReceipt} title={texts.nothing}>
            {texts.nothingText}
          </EmptyState>
        ) : (
          <Lines statement={statement} />
        )}
        <Group justify="space-between" align="baseline">
          <Text fw={600}>{texts.total}</Text>
          <Text fz="xl" fw={600} title={exactMoney(total, currency)} style={{ fontVariantNumeric: 'tabular-nums' }}>
            {money(total, currency)}
          </Text>
        </Group>
        {Number(freeTrialCredit) > 0 && <Text size="sm">{texts.trial(exactMoney(freeTrialCredit, currency), freeTrialEnd)}</Text>}
      </Stack>
    </Section>
  );
}

function Lines({ statement: { lines, currency } }: { statement: Output<Statement> }) {
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table aria-label={texts.lines} tabularNums>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.product}</Table.Th>
            <Table.Th>{texts.days}</Table.Th>
            <Table.Th ta="end">{texts.quantity}</Table.Th>
            <Table.Th>{texts.price}</Table.Th>
            <Table.Th ta="end">{texts.amount}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map(({ product, tier, firstDay, lastDay, pricedQuantity, unitAmount, per, amount }) => {
            const { name, unit } = usageTexts.products[product] ?? { name: String(product), unit: '' };
            return (
              <Table.Tr key={`${product}/${firstDay}/${tier}`}>
                <Table.Td>
                  {name}
                  {tier > 1 && (
                    <Text span c="dimmed" size="sm">
                      {`, ${texts.tier.toLowerCase()} ${tier}`}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>{texts.dayRange(firstDay, lastDay)}</Table.Td>
                <Table.Td ta="end">
                  {quantity(pricedQuantity)}{' '}
                  <Text span c="dimmed" size="sm">
                    {unit}
                  </Text>
                </Table.Td>
                <Table.Td>{texts.priceFor(exactMoney(unitAmount, currency), per, unit)}</Table.Td>
                <Table.Td ta="end">{exactMoney(amount, currency)}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
