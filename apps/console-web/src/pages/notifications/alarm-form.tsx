import { Button, Group, MultiSelect, NumberInput, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { api } from '../../app/api';
import { problemOf } from '../../app/api-error';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { notificationsTexts } from '../../texts/notifications';
import type { ShownAlarm } from './alarms-view';
import { COMPARISONS, comparisonWordOf, MISSING_DATA, missingDataWordOf, spanOf } from './alarm-words';
import { PATTERN_EXAMPLES, readablePattern } from './pattern-examples';
import { PatternField } from './pattern-field';
import { PatternTrial } from './pattern-trial';
import { targetOf } from './rule-words';
import { usePossibleTargets } from './use-lists';

const texts = notificationsTexts.alarms;
const REFUSALS = PATTERN_EXAMPLES.find(({ label }) => label === 'A call is refused')!;
const choicesOf = <Word extends string>(words: Readonly<Record<Word, number>>, labels: Readonly<Record<Word, string>>) =>
  (Object.keys(words) as Word[]).map((value) => ({ value, label: labels[value] }));

const valuesOf = (alarm: ShownAlarm | undefined) => ({
  alarmName: alarm?.alarmName ?? '',
  alarmDescription: alarm?.alarmDescription ?? '',
  eventPattern: readablePattern(alarm?.eventPattern ?? JSON.stringify(REFUSALS.pattern)),
  comparison: alarm ? comparisonWordOf(alarm.comparisonOperator) : 'more-than',
  threshold: alarm?.threshold ?? 100,
  period: String(alarm?.period ?? 300),
  evaluationPeriods: alarm?.evaluationPeriods ?? 1,
  datapointsToAlarm: alarm?.datapointsToAlarm ?? 1,
  groupBy: alarm?.groupBy ?? '',
  missing: alarm ? missingDataWordOf(alarm.treatMissingData) : 'not-breaching',
  alarmActions: alarm?.alarmActions ?? [],
  okActions: alarm?.okActions ?? [],
});

/** Makes an alarm, or changes one. */
export function AlarmForm({ alarm, onDone }: { alarm: ShownAlarm | undefined; onDone: (name: string) => void }) {
  const form = useForm({ initialValues: valuesOf(alarm) });
  const { targets } = usePossibleTargets();
  const { run, isRunning, error } = useAction(api.alarms.putAlarm.mutationOptions(), {
    done: texts.saved,
    invalidates: [api.alarms.pathFilter()],
    onDone: () => onDone(form.values.alarmName),
    showsError: true,
  });
  const save = ({ comparison, missing, period, ...values }: typeof form.values) =>
    run({
      ...values,
      period: Number(period),
      comparisonOperator: COMPARISONS[comparison],
      treatMissingData: MISSING_DATA[missing],
      // What this form does not show stays as it is: it would get its default otherwise.
      actionsEnabled: alarm?.actionsEnabled,
      insufficientDataActions: alarm?.insufficientDataActions,
    });
  const periods = { ...texts.periods, ...(alarm && { [alarm.period]: spanOf(alarm.period) }) };
  const actions = [...new Set([...targets.map(({ arn }) => arn), ...form.values.alarmActions, ...form.values.okActions])];
  const tellable = actions.map((value) => ({ value, label: targetOf(value).name }));
  const problem = error ? problemOf(error) : undefined;
  const isOfPattern = problem !== undefined && /pattern|^"/i.test(problem.message) && problem.kind === 'invalid-argument';
  return (
    <>
      <Section title={texts.settings}>
        <form onSubmit={form.onSubmit(save)}>
          <Stack gap="md" maw={860}>
            {!alarm && (
              <TextInput
                label={notificationsTexts.name}
                description={texts.nameHint}
                required
                maxLength={255}
                autoFocus
                {...form.getInputProps('alarmName')}
              />
            )}
            <TextInput label={notificationsTexts.description_} maxLength={1_024} {...form.getInputProps('alarmDescription')} />
            <PatternField
              label={texts.pattern}
              value={form.values.eventPattern}
              onChange={(pattern) => form.setFieldValue('eventPattern', pattern)}
              error={isOfPattern ? problem.message : undefined}
            />
            <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
              <Select
                label={texts.comparisonLabel}
                data={choicesOf(COMPARISONS, texts.comparisons)}
                allowDeselect={false}
                {...form.getInputProps('comparison')}
              />
              <NumberInput label={texts.thresholdLabel} min={0} allowDecimal={false} {...form.getInputProps('threshold')} />
              <Select
                label={texts.period}
                data={Object.entries(periods).map(([value, label]) => ({ value, label }))}
                allowDeselect={false}
                {...form.getInputProps('period')}
              />
              <NumberInput
                label={texts.evaluation}
                min={1}
                max={10}
                allowDecimal={false}
                {...form.getInputProps('evaluationPeriods')}
              />
              <NumberInput
                label={texts.datapoints}
                min={1}
                max={10}
                allowDecimal={false}
                {...form.getInputProps('datapointsToAlarm')}
              />
              <Select
                label={texts.missingData}
                data={choicesOf(MISSING_DATA, texts.missingChoices)}
                allowDeselect={false}
                {...form.getInputProps('missing')}
              />
            </SimpleGrid>
            <TextInput label={texts.groupBy} description={texts.groupByHint} {...form.getInputProps('groupBy')} />
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
              <MultiSelect label={texts.tell} data={tellable} maxValues={5} searchable {...form.getInputProps('alarmActions')} />
              <MultiSelect label={texts.tellOk} data={tellable} maxValues={5} searchable {...form.getInputProps('okActions')} />
            </SimpleGrid>
            {!isOfPattern && <Problem error={error} />}
            <Group>
              <Button type="submit" loading={isRunning}>
                {alarm ? texts.save : texts.create}
              </Button>
            </Group>
          </Stack>
        </form>
      </Section>
      <PatternTrial pattern={form.values.eventPattern} seesReads />
    </>
  );
}
