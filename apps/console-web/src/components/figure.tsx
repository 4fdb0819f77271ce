import { Paper, Skeleton, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface FigureProps {
  label: string;
  /** undefined: not known yet. */
  value: ReactNode;
  /** What it means or is compared with. */
  note?: ReactNode;
}

/** A number that stands for itself. */
export function Figure({ label, value, note }: FigureProps) {
  return (
    <Paper withBorder p="sm" radius="md" component="dl" m={0}>
      <Stack gap={2}>
        <Text component="dt" size="sm" c="dimmed">
          {label}
        </Text>
        {value === undefined ? (
          <Skeleton height={26} width={90} />
        ) : (
          <Text component="dd" m={0} fz="xl" fw={600} style={{ fontVariantNumeric: 'tabular-nums' }}>
            {value}
          </Text>
        )}
        {note !== undefined && (
          <Text component="dd" m={0} size="xs" c="dimmed">
            {note}
          </Text>
        )}
      </Stack>
    </Paper>
  );
}
