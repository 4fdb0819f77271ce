import { ActionIcon, Anchor, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { MachineText } from '../../components/machine-text';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { rotationsTexts } from '../../texts/rotations';
import { type Due, dueInMonth, monthOf } from './rotating-secret';
import classes from './rotation-calendar.module.css';
import { endText } from './schedule-editor';
import { useRotatingSecrets } from './use-rotating-secrets';

const texts = rotationsTexts.calendar;
const DAY = 86_400_000;
/** Rotations of a day that are named. */
const MAX_NAMED = 200;

const monthName = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' });
const dayName = new Intl.DateTimeFormat('en', { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' });
const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'UTC' });
const keyOf = (day: Date): string => day.toISOString().slice(0, 10);

/** What is due in a month, day by day. */
export function RotationCalendar() {
  const { rows, error, refetch, looked, isLooking } = useRotatingSecrets();
  const [now] = useState(() => new Date());
  const [month, setMonth] = useState(() => monthOf(now)[0]);
  const [chosen, setChosen] = useState(() => keyOf(now));
  const [first, end] = monthOf(month);
  const due = dueInMonth(
    (rows ?? []).map(({ secret }) => secret),
    month,
    now,
  );
  const shift = (by: number) => {
    const next = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + by, 1));
    setMonth(next);
    setChosen(keyOf(monthOf(now)[0]) === keyOf(next) ? keyOf(now) : keyOf(next));
  };
  // Weeks begin on Monday.
  const lead = (first.getUTCDay() + 6) % 7;
  const days = Array.from(
    { length: (end.getTime() - first.getTime()) / DAY },
    (_, index) => new Date(first.getTime() + index * DAY),
  );
  const most = Math.max(1, ...[...due.values()].map((all) => all.length));
  return (
    <Section
      title={texts.title(monthName.format(month))}
      description={texts.text}
      actions={
        <>
          <ActionIcon variant="default" size="lg" aria-label={texts.previous} onClick={() => shift(-1)}>
            <IconChevronLeft size={18} />
          </ActionIcon>
          <ActionIcon variant="default" size="lg" aria-label={texts.next} onClick={() => shift(1)}>
            <IconChevronRight size={18} />
          </ActionIcon>
        </>
      }
    >
      <Stack gap="lg">
        <Problem error={error} onRetry={() => void refetch()} />
        {!rows && !error ? (
          <Skeleton height={280} />
        ) : (
          <div className={classes.month}>
            {texts.days.map((name) => (
              <span key={name} className={classes.weekDay} aria-hidden>
                {name}
              </span>
            ))}
            {days.map((day, index) => {
              const count = due.get(keyOf(day))?.length ?? 0;
              return (
                <button
                  key={keyOf(day)}
                  type="button"
                  className={classes.day}
                  style={index === 0 ? { gridColumnStart: lead + 1 } : undefined}
                  aria-pressed={keyOf(day) === chosen}
                  aria-label={texts.day(dayName.format(day), count === 0 ? texts.nothing : texts.count(count))}
                  data-today={keyOf(day) === keyOf(now) || undefined}
                  data-past={day.getTime() + DAY <= now.getTime() || undefined}
                  onClick={() => setChosen(keyOf(day))}
                >
                  <span>{day.getUTCDate()}</span>
                  {count > 0 && (
                    <span className={classes.count} style={{ '--share': count / most } as React.CSSProperties}>
                      {count}
                    </span>
                  )}
                </button>
              );
            })}
          </div>
        )}
        {rows && <DueOnDay day={chosen} due={due.get(chosen) ?? []} />}
        {isLooking && (
          <Text size="sm" c="dimmed" role="status">
            {rotationsTexts.page.looking(looked)}
          </Text>
        )}
      </Stack>
    </Section>
  );
}

function DueOnDay({ day, due }: { day: string; due: readonly Due[] }) {
  const sorted = [...due].sort(
    (a, b) => a.windows[0]!.start.getTime() - b.windows[0]!.start.getTime() || a.name.localeCompare(b.name),
  );
  return (
    <Stack gap="xs" aria-live="polite">
      <Title order={3}>{dayName.format(new Date(day))}</Title>
      {sorted.length === 0 && (
        <Text size="sm" c="dimmed">
          {texts.nothing}
        </Text>
      )}
      {sorted.slice(0, MAX_NAMED).map(({ name, windows }) => (
        <Group key={name} gap="md" wrap="nowrap" justify="space-between">
          <Anchor
            renderRoot={(props) => (
              <Link to="/secrets/$name" params={{ name }} search={{ tab: 'rotation' } as never} {...props} />
            )}
          >
            <MachineText>{name}</MachineText>
          </Anchor>
          <Text size="sm" c="dimmed" style={{ whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' }}>
            {windows.length > 1
              ? texts.times(windows.length)
              : texts.window(clock.format(windows[0]!.start), endText(windows[0]!.end))}
          </Text>
        </Group>
      ))}
      {sorted.length > MAX_NAMED && <Text size="sm">{texts.more(sorted.length - MAX_NAMED)}</Text>}
    </Stack>
  );
}
