import { Group, Text } from '@mantine/core';
import { shellTexts as texts } from '../texts/shell';

/** The product's sign and name. */
export function Brand({ size = 20 }: { size?: number }) {
  return (
    <Group gap="0.5rem" wrap="nowrap" component="span">
      <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
        <rect width="32" height="32" rx="8" fill="var(--strongroom-brand)" />
        <g fill="none" stroke="#fff" strokeWidth="2.5" strokeLinecap="round">
          <circle cx="16" cy="16" r="8.5" />
          <path d="M16 4.8v3M16 24.2v3M4.8 16h3M24.2 16h3M16 13V9.5" />
        </g>
        <circle cx="16" cy="16" r="2.5" fill="#fff" />
      </svg>
      <Text span inherit fw={650} lts="-0.01em">
        {texts.product}
      </Text>
    </Group>
  );
}
