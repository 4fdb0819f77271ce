import { Button, Group, Select, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { Output } from '@strongroom/console-api';
import type { DescribeRuleResponse } from '@strongroom/contracts/strongroom/notification/v1/rules';
import { type ReactNode, useState } from 'react';
import { api } from '../../app/api';
import { problemOf } from '../../app/api-error';
import { ConfirmByName } from '../../components/confirm-by-name';
import { CopyButton } from '../../components/copy-button';
import { MachineText } from '../../components/machine-text';
import { PageHeader } from '../../components/page-header';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { notificationsTexts } from '../../texts/notifications';
import { PATTERN_EXAMPLES, readablePattern } from './pattern-examples';
import { PatternField } from './pattern-field';
import { PatternTrial } from './pattern-trial';
import { isReadyMade, RULE_STATES, ruleStateOf, type RuleStateWord } from './rule-words';
import { RuleSwitch } from './rules-view';
import { TargetList } from './target-list';
import { RULES_KEY } from './use-lists';

const texts = notificationsTexts.rule;
type ShownRule = Output<DescribeRuleResponse>;

const route = getRouteApi('/shell/notifications/rules/$name');

/** A rule: its pattern, its targets, and a trial with recent events. */
export function RulePage() {
  const { name } = route.useParams();
  const { data: rule, error, refetch } = useQuery(api.rules.describeRule.queryOptions({ name }));
  return (
    <RuleFrame name={name} actions={rule && <RuleSwitch rule={rule} />}>
      <Problem error={error} onRetry={() => void refetch()} />
      {!rule && !error && <Skeleton height={320} />}
      {rule && (
        <>
          <RuleForm key={`${rule.eventPattern} ${rule.state} ${rule.description}`} rule={rule} />
          <TargetList rule={name} isReadyMade={isReadyMade(rule)} />
          {!isReadyMade(rule) && <DeleteRule name={name} />}
        </>
      )}
    </RuleFrame>
  );
}

export function NewRulePage() {
  return (
    <RuleFrame name={texts.newTitle}>
      <RuleForm rule={undefined} />
    </RuleFrame>
  );
}

function RuleFrame({ name, actions, children }: { name: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <>
      <PageHeader area="notifications" title={<bdi>{name}</bdi>} actions={actions} />
      <Stack gap="md">{children}</Stack>
    </>
  );
}

const STATES = (Object.keys(RULE_STATES) as RuleStateWord[]).map((value) => ({ value, label: texts.stateChoices[value] }));
const FIRST_PATTERN = readablePattern(JSON.stringify(PATTERN_EXAMPLES[0]!.pattern));

function RuleForm({ rule }: { rule: ShownRule | undefined }) {
  const navigate = useNavigate();
  const isFixed = rule !== undefined && isReadyMade(rule);
  const form = useForm({
    initialValues: {
      name: rule?.name ?? '',
      description: rule?.description ?? '',
      eventPattern: rule ? readablePattern(rule.eventPattern) : FIRST_PATTERN,
      state: rule ? ruleStateOf(rule) : 'on',
    },
  });
  const { run, isRunning, error } = useAction(api.rules.putRule.mutationOptions(), {
    done: rule ? texts.saved : texts.created,
    invalidates: [{ queryKey: RULES_KEY }, api.rules.describeRule.pathFilter()],
    onDone: () => {
      if (!rule) void navigate({ to: '/notifications/rules/$name', params: { name: form.values.name } });
    },
    showsError: true,
  });
  const { eventPattern, state } = form.values;
  // What is wrong with the pattern stands at the pattern.
  const problem = error ? problemOf(error) : undefined;
  const isOfPattern = problem?.reason === 'InvalidEventPatternException';
  return (
    <>
      <Section
        title={texts.pattern}
        description={isFixed ? texts.managed : undefined}
        actions={rule && <CopyButton value={rule.arn} label={`${notificationsTexts.rule.arn}: ${rule.arn}`} />}
      >
        <form onSubmit={form.onSubmit((values) => run({ ...values, state: RULE_STATES[values.state] }))}>
          <Stack gap="md" maw={860}>
            {!rule && (
              <TextInput
                label={notificationsTexts.name}
                description={notificationsTexts.nameHint}
                required
                maxLength={64}
                autoFocus
                {...form.getInputProps('name')}
              />
            )}
            {isFixed ? (
              <Text>
                <bdi>{rule.description}</bdi>
              </Text>
            ) : (
              <TextInput label={notificationsTexts.description_} maxLength={512} {...form.getInputProps('description')} />
            )}
            <PatternField
              value={eventPattern}
              onChange={(pattern) => form.setFieldValue('eventPattern', pattern)}
              onExample={({ reads = false }) => form.setFieldValue('state', reads ? 'all' : 'on')}
              error={isOfPattern ? problem.message : undefined}
              readOnly={isFixed}
            />
            {!isFixed && <Select label={texts.state} data={STATES} allowDeselect={false} {...form.getInputProps('state')} />}
            {!isOfPattern && <Problem error={error} />}
            {!isFixed && (
              <Group>
                <Button type="submit" loading={isRunning}>
                  {rule ? texts.save : texts.create}
                </Button>
              </Group>
            )}
          </Stack>
        </form>
      </Section>
      <PatternTrial pattern={eventPattern} seesReads={state === 'all'} />
    </>
  );
}

function DeleteRule({ name }: { name: string }) {
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  const targets = useQuery(api.rules.listTargetsByRule.queryOptions({ rule: name }));
  const remove = useAction(api.rules.deleteRule.mutationOptions(), {
    done: texts.deleted,
    invalidates: [{ queryKey: RULES_KEY }],
    onDone: () => void navigate({ to: '/notifications' }),
    showsError: true,
  });
  // A rule that has targets cannot be deleted.
  const removeTargets = useAction(api.rules.removeTargets.mutationOptions(), {
    onDone: () => remove.run({ name }),
    showsError: true,
  });
  const confirm = () => {
    const ids = targets.data?.targets.map(({ id }) => id) ?? [];
    if (ids.length > 0) removeTargets.run({ rule: name, ids });
    else remove.run({ name });
  };
  return (
    <Group>
      <Button color="red" variant="light" onClick={() => setOpen(true)}>
        {texts.delete}
      </Button>
      <ConfirmByName
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={texts.delete}
        name={name}
        action={texts.delete}
        onConfirm={confirm}
        isRunning={remove.isRunning || removeTargets.isRunning}
        error={remove.error ?? removeTargets.error}
      >
        <Text>{texts.deleteText}</Text>
        <MachineText>{name}</MachineText>
      </ConfirmByName>
    </Group>
  );
}
