import { Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** What stands in a section that has nothing; a whole page says it larger, by `EmptyState`. */
export function Nothing({ children }: { children: ReactNode }) {
  return (
    <Text size="sm" c="dimmed">
      {children}
    </Text>
  );
}
