import { Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import classes from './section.module.css';

interface SectionProps {
  title: ReactNode;
  description?: ReactNode;
  /** Buttons that concern the section alone. */
  actions?: ReactNode;
  /** Without padding: for a table that fills it. */
  flush?: boolean;
  children: ReactNode;
}

/** A titled part of a page, in a frame of its own. Its title is an `h2`. */
export function Section({ title, description, actions, flush = false, children }: SectionProps) {
  const id = useId();
  return (
    <section className={classes.section} aria-labelledby={id}>
      <Group className={classes.head} justify="space-between" align="center" gap="sm">
        <Stack gap={0} miw={0}>
          <Title order={2} id={id}>
            {title}
          </Title>
          {description && (
            <Text size="sm" c="dimmed">
              {description}
            </Text>
          )}
        </Stack>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      <div className={flush ? undefined : classes.body}>{children}</div>
    </section>
  );
}
