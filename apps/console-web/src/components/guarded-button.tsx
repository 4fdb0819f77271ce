import { Button, type ButtonProps, Tooltip } from '@mantine/core';
import type { MouseEvent, ReactNode } from 'react';

interface GuardedButtonProps extends ButtonProps {
  /** Why it cannot work; undefined: it can, as far as is known. */
  refusal: string | undefined;
  onClick?: (event: MouseEvent<HTMLButtonElement>) => void;
  children: ReactNode;
  type?: 'button' | 'submit';
}

/**
 * A button that says why it does not work: on hover, on focus, and to those who do not see it. It can still be reached by
 * Tab.
 */
export function GuardedButton({ refusal, onClick, children, ...props }: GuardedButtonProps) {
  const isRefused = refusal !== undefined;
  const button = (
    <Button
      {...props}
      data-disabled={isRefused || undefined}
      aria-disabled={isRefused || undefined}
      aria-description={refusal}
      onClick={(event) => {
        if (isRefused) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {children}
    </Button>
  );
  if (!isRefused) return button;
  return (
    <Tooltip label={refusal} maw={360} openDelay={0} events={{ hover: true, focus: true, touch: true }}>
      {button}
    </Tooltip>
  );
}
