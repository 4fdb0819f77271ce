import { Button, Group, Modal, NumberInput, Progress, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPigMoney, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Output } from '@strongroom/console-api';
import type { Budget } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { useMemo, useState } from 'react';
import { api } from '../../app/api';
import { ConfirmByName } from '../../components/confirm-by-name';
import { type Column, DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { commonTexts } from '../../texts/common';
import { usageTexts } from '../../texts/usage';
import { money, share } from './amounts';
import { monthWords } from './ranges';

const texts = usageTexts.budgets;
type ShownBudget = Output<Budget>;

/** What a month may cost, and who is told when it does. */
export function BudgetsView() {
  const { data, error, refetch } = useQuery(api.usage.listBudgets.queryOptions({}));
  const [edited, setEdited] = useState<ShownBudget | 'new'>();
  const [removed, setRemoved] = useState<ShownBudget>();
  const columns = useMemo(() => columnsOf(setEdited, setRemoved), []);
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setEdited('new')}>
      {texts.add}
    </Button>
  );
  return (
    <>
      <Section title={texts.title} description={texts.text} actions={data && data.budgets.length > 0 && add} flush>
        <DataTable
          label={texts.label}
          columns={columns}
          rows={data?.budgets}
          rowKey={({ budgetName }) => budgetName}
          error={error}
          onRetry={() => void refetch()}
          empty={
            <EmptyState icon={IconPigMoney} title={texts.none} actions={add}>
              {texts.noneText}
            </EmptyState>
          }
        />
      </Section>
      <Modal opened={edited !== undefined} onClose={() => setEdited(undefined)} title={texts.add}>
        {edited !== undefined && (
          <BudgetForm budget={edited === 'new' ? undefined : edited} onClose={() => setEdited(undefined)} />
        )}
      </Modal>
      <RemoveBudget budget={removed} onClose={() => setRemoved(undefined)} />
    </>
  );
}

const columnsOf = (
  edit: (budget: ShownBudget) => void,
  remove: (budget: ShownBudget) => void,
): readonly Column<ShownBudget>[] => [
  { id: 'name', label: texts.name, width: 'minmax(8rem, 1fr)', render: ({ budgetName }) => <bdi>{budgetName}</bdi> },
  {
    id: 'amount',
    label: texts.amount,
    width: '9rem',
    align: 'end',
    render: ({ amount, currency }) => money(amount, currency),
  },
  {
    id: 'spent',
    label: texts.spent,
    width: 'minmax(11rem, 1fr)',
    render: ({ spent, amount, currency, thresholdPercent }) => {
      const percent = (100 * Number(spent)) / Number(amount);
      return (
        <>
          {money(spent, currency)}{' '}
          <Text span size="sm" c="dimmed">
            {texts.ofAmount(share(Number(spent), Number(amount)))}
          </Text>
          <Progress value={percent} size="xs" color={percent >= thresholdPercent ? 'red' : undefined} aria-hidden />
        </>
      );
    },
  },
  {
    id: 'threshold',
    label: texts.threshold,
    width: '6rem',
    align: 'end',
    render: (budget) => texts.percent(budget.thresholdPercent),
  },
  {
    id: 'reached',
    label: texts.reached,
    width: '10rem',
    render: ({ reachedMonth }) => (reachedMonth === '' ? <Text c="dimmed">{texts.never}</Text> : monthWords(reachedMonth)),
  },
  {
    id: 'actions',
    label: texts.actions,
    width: '11rem',
    align: 'end',
    render: (budget) => (
      <Group gap="xs" justify="flex-end" wrap="nowrap">
        <Button size="compact-sm" variant="default" onClick={() => edit(budget)}>
          {texts.change}
        </Button>
        <Button size="compact-sm" variant="subtle" color="red" onClick={() => remove(budget)}>
          {texts.remove}
        </Button>
      </Group>
    ),
  },
];

function BudgetForm({ budget, onClose }: { budget: ShownBudget | undefined; onClose: () => void }) {
  const form = useForm({
    initialValues: {
      budgetName: budget?.budgetName ?? '',
      amount: budget ? String(Number(budget.amount)) : '',
      thresholdPercent: budget?.thresholdPercent ?? 80,
    },
  });
  const { run, isRunning, error } = useAction(api.usage.putBudget.mutationOptions(), {
    done: texts.saved,
    invalidates: [api.usage.listBudgets.pathFilter()],
    onDone: onClose,
    showsError: true,
  });
  return (
    <form onSubmit={form.onSubmit((values) => run(values))}>
      <Stack gap="md">
        <TextInput
          label={texts.name}
          description={texts.nameHint}
          required
          maxLength={64}
          readOnly={budget !== undefined}
          data-autofocus={budget === undefined ? true : undefined}
          {...form.getInputProps('budgetName')}
        />
        <TextInput
          label={texts.amount}
          required
          inputMode="decimal"
          rightSectionWidth={52}
          rightSection={
            <Text size="sm" c="dimmed">
              {budget?.currency ?? ''}
            </Text>
          }
          {...form.getInputProps('amount')}
        />
        <NumberInput
          label={texts.threshold}
          description={texts.thresholdHint}
          min={1}
          max={1_000}
          allowDecimal={false}
          {...form.getInputProps('thresholdPercent')}
        />
        <Problem error={error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {commonTexts.cancel}
          </Button>
          <Button type="submit" loading={isRunning}>
            {texts.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function RemoveBudget({ budget, onClose }: { budget: ShownBudget | undefined; onClose: () => void }) {
  const { run, isRunning, error } = useAction(api.usage.deleteBudget.mutationOptions(), {
    done: texts.removed,
    invalidates: [api.usage.listBudgets.pathFilter()],
    onDone: onClose,
    showsError: true,
  });
  return (
    <ConfirmByName
      opened={budget !== undefined}
      onClose={onClose}
      title={texts.removeTitle}
      name={budget?.budgetName ?? ''}
      action={texts.removeTitle}
      onConfirm={() => budget && run({ budgetName: budget.budgetName })}
      isRunning={isRunning}
      error={error}
    >
      {texts.removeText}
    </ConfirmByName>
  );
}
