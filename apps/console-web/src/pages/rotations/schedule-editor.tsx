import { Chip, Group, Input, List, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { rotationsTexts } from '../../texts/rotations';
import { scheduleTexts } from '../../texts/schedule';
import { nextWindows, scheduleWords } from '../secret/schedule-words';
import { rulesOfChoice, type ScheduleChoice } from '../secret/schedule-choice';

const texts = rotationsTexts.configuration;
const HOURS = Array.from({ length: 24 }, (_, hour) => ({ value: String(hour), label: `${String(hour).padStart(2, '0')}:00` }));
const MONTH_DAYS = [
  ...Array.from({ length: 28 }, (_, index) => ({ value: String(index + 1), label: String(index + 1) })),
  { value: 'L', label: texts.lastDay },
];
const WINDOWS = [
  { value: '', label: texts.windowDefault },
  ...Array.from({ length: 24 }, (_, index) => ({ value: String(index + 1), label: texts.windowHours(index + 1) })),
];

interface ScheduleEditorProps {
  choice: ScheduleChoice;
  onChange: (choice: ScheduleChoice) => void;
  /** Only a secret without a schedule can stay without one. */
  canBeNever: boolean;
  lastRotated: Date | undefined;
}

/** Chooses when a secret rotates, and says in words what was chosen. */
export function ScheduleEditor({ choice, onChange, canBeNever, lastRotated }: ScheduleEditorProps) {
  const change = (part: Partial<ScheduleChoice>) => onChange({ ...choice, ...part });
  const kinds = Object.entries(texts.kinds)
    .filter(([value]) => canBeNever || value !== 'never')
    .map(([value, label]) => ({ value, label }));
  const isTimed = choice.kind === 'weekly' || choice.kind === 'monthly';
  return (
    <Stack gap="md">
      <Group gap="sm" align="flex-start">
        <Select
          label={texts.when}
          data={kinds}
          value={choice.kind}
          allowDeselect={false}
          onChange={(kind) => kind !== null && change({ kind: kind as ScheduleChoice['kind'] })}
          w={{ base: '100%', xs: 220 }}
        />
        {choice.kind === 'days' && (
          <NumberInput
            label={texts.everyDays}
            min={1}
            max={1_000}
            allowDecimal={false}
            value={choice.every}
            onChange={(every) => change({ every: Number(every) })}
            w={{ base: '100%', xs: 220 }}
          />
        )}
        {choice.kind === 'hours' && (
          <NumberInput
            label={texts.everyHours}
            min={4}
            max={23_976}
            allowDecimal={false}
            value={choice.every}
            onChange={(every) => change({ every: Number(every) })}
            w={{ base: '100%', xs: 220 }}
          />
        )}
        {choice.kind === 'monthly' && (
          <Select
            label={texts.monthDay}
            data={MONTH_DAYS}
            value={choice.monthDay}
            allowDeselect={false}
            onChange={(monthDay) => monthDay !== null && change({ monthDay })}
            w={{ base: '100%', xs: 160 }}
          />
        )}
        {isTimed && (
          <Select
            label={texts.hour}
            data={HOURS}
            value={String(choice.hour)}
            allowDeselect={false}
            onChange={(hour) => hour !== null && change({ hour: Number(hour) })}
            w={{ base: '100%', xs: 160 }}
          />
        )}
        {choice.kind !== 'never' && (
          <Select
            label={texts.windowLabel}
            data={WINDOWS}
            value={choice.window === undefined ? '' : String(choice.window)}
            allowDeselect={false}
            onChange={(window) => change({ window: window ? Number(window) : undefined })}
            w={{ base: '100%', xs: 260 }}
          />
        )}
      </Group>
      {choice.kind === 'weekly' && (
        <Input.Wrapper label={texts.weekDays} labelElement="div">
          <Chip.Group
            multiple
            value={choice.weekDays.map(String)}
            onChange={(days: string[]) => days.length > 0 && change({ weekDays: days.map(Number) })}
          >
            <Group gap={6} mt={4}>
              {scheduleTexts.weekDays.map((name, index) => (
                <Chip key={name} value={String(index + 1)} size="sm">
                  {name.slice(0, 3)}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        </Input.Wrapper>
      )}
      {choice.kind === 'expression' && (
        <TextInput
          label={texts.expression}
          description={texts.expressionText}
          value={choice.expression}
          maxLength={256}
          onChange={(event) => change({ expression: event.currentTarget.value })}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
      )}
      <SchedulePreview choice={choice} lastRotated={lastRotated} />
    </Stack>
  );
}

/** The rules of a choice with what is wrong with them. */
export const checkedRules = (choice: ScheduleChoice, after: Date) => {
  const rules = rulesOfChoice(choice);
  try {
    return { rules, words: scheduleWords(rules), windows: rules ? nextWindows(rules, after) : [], fault: undefined };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { rules, words: undefined, windows: [], fault: message.replace(/^RotationRules\.?/, '') };
  }
};

function SchedulePreview({ choice, lastRotated }: { choice: ScheduleChoice; lastRotated: Date | undefined }) {
  const { words, windows, fault } = checkedRules(choice, lastRotated ?? new Date());
  if (fault !== undefined) {
    return (
      <Text size="sm" c="red" role="alert">
        {fault}
      </Text>
    );
  }
  return (
    <Stack gap={4} aria-live="polite">
      <Text size="sm" fw={600}>
        {words}
      </Text>
      <WindowList windows={windows} />
    </Stack>
  );
}

const day = new Intl.DateTimeFormat('en', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'UTC' });

/** Windows by their day and hours, in UTC. */
export function WindowList({ windows }: { windows: readonly { start: Date; end: Date }[] }) {
  if (windows.length === 0) return null;
  return (
    <List size="sm" spacing={2} listStyleType="none" withPadding={false} c="dimmed">
      {windows.map(({ start, end }) => (
        <List.Item key={start.toISOString()}>
          <span style={{ fontVariantNumeric: 'tabular-nums' }}>
            {texts.window(day.format(start), clock.format(start), endText(end))}
          </span>
        </List.Item>
      ))}
    </List>
  );
}

/** The end of a day belongs to that day. */
export const endText = (end: Date): string => (end.getUTCHours() === 0 ? texts.endOfDay : clock.format(end));
