import { Text, type TextProps } from '@mantine/core';
import type { ReactNode } from 'react';

interface MachineTextProps extends TextProps {
  children: ReactNode;
}

/** What machines name or wrote, such as a name, an id or an ARN: monospace, isolated from the direction of the text around it. */
export function MachineText({ children, ...props }: MachineTextProps) {
  return (
    <Text span ff="monospace" fz="0.94em" {...props}>
      <bdi>{children}</bdi>
    </Text>
  );
}
