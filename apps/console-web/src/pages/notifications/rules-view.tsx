import { Anchor, Button, Switch, Text } from '@mantine/core';
import { IconBellPlus, IconPlus } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Output } from '@strongroom/console-api';
import type { Rule } from '@strongroom/contracts/strongroom/notification/v1/rules';
import { useMemo } from 'react';
import { api } from '../../app/api';
import { type Column, DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { MachineText } from '../../components/machine-text';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { notificationsTexts } from '../../texts/notifications';
import { inOrder, isReadyMade, ruleStateOf } from './rule-words';
import { RULES_KEY, useRules } from './use-lists';

const texts = notificationsTexts.rules;

const columns: readonly Column<Output<Rule>>[] = [
  {
    id: 'name',
    label: notificationsTexts.name,
    width: 'minmax(18rem, 1.2fr)',
    render: (rule) => (
      <Anchor renderRoot={(props) => <Link to="/notifications/rules/$name" params={{ name: rule.name }} {...props} />}>
        <MachineText>{rule.name}</MachineText>
      </Anchor>
    ),
  },
  {
    id: 'description',
    label: notificationsTexts.description_,
    width: 'minmax(12rem, 2fr)',
    render: ({ description }) => <bdi>{description}</bdi>,
  },
  {
    id: 'kind',
    label: texts.kind,
    width: '6.5rem',
    render: (rule) => (
      <Text span inherit c="dimmed">
        {isReadyMade(rule) ? texts.readyMade : texts.own}
      </Text>
    ),
  },
  { id: 'state', label: texts.state, width: '10rem', render: (rule) => <RuleSwitch rule={rule} /> },
];

/** Which events lead to which targets. */
export function RulesView() {
  const navigate = useNavigate();
  const { data, error, refetch } = useRules();
  const rules = useMemo(() => data && inOrder(data), [data]);
  const add = (
    <Button leftSection={<IconPlus size={16} />} renderRoot={(props) => <Link to="/notifications/new-rule" {...props} />}>
      {texts.add}
    </Button>
  );
  return (
    <Section title={texts.title} description={texts.text} actions={add} flush>
      <DataTable
        label={texts.label}
        columns={columns}
        rows={rules}
        rowKey={({ name }) => name}
        onOpen={({ name }) => void navigate({ to: '/notifications/rules/$name', params: { name } })}
        error={error}
        onRetry={() => void refetch()}
        empty={
          <EmptyState icon={IconBellPlus} title={texts.empty} actions={add}>
            {texts.emptyText}
          </EmptyState>
        }
      />
    </Section>
  );
}

/** Switches a rule on and off. */
export function RuleSwitch({ rule }: { rule: Pick<Output<Rule>, 'name' | 'state'> }) {
  const state = ruleStateOf(rule);
  const changes = { invalidates: [{ queryKey: RULES_KEY }, api.rules.describeRule.pathFilter()] };
  const enable = useAction(api.rules.enableRule.mutationOptions(), { ...changes, done: texts.enabled });
  const disable = useAction(api.rules.disableRule.mutationOptions(), { ...changes, done: texts.disabled });
  const isOn = state !== 'off';
  return (
    <Switch
      size="sm"
      checked={isOn}
      disabled={enable.isRunning || disable.isRunning}
      onChange={() => (isOn ? disable : enable).run({ name: rule.name })}
      aria-label={`${rule.name}: ${isOn ? texts.disable : texts.enable}`}
      label={
        <Text span size="sm" aria-hidden>
          {texts.states[state]}
        </Text>
      }
    />
  );
}
