import { ActionIcon, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { commonTexts as texts } from '../texts/common';
import { copyText } from './clipboard';

interface CopyButtonProps {
  /** The text, or what fetches it when the button is pressed; a fetched one need not be on the page. */
  value: string | (() => Promise<string>);
  /** What is copied, for those who do not see where the button stands; default: "Copy". */
  label?: string;
  /** Takes it out of the clipboard after 30 seconds, and says so. */
  isSecret?: boolean;
}

const SHOWN_FOR = 1_500;
/** Pixels; what is smaller next to a link is hard to hit, and fails WCAG 2.2. */
const SIZE = 24;

/** Copies a text; shows for a moment that it has. */
export function CopyButton({ value, label = texts.copy, isSecret = false }: CopyButtonProps) {
  const [state, setState] = useState<'idle' | 'busy' | 'copied'>('idle');
  const copy = async () => {
    setState('busy');
    try {
      await copyText(typeof value === 'string' ? value : await value(), { isSecret });
      setState('copied');
      setTimeout(() => setState('idle'), SHOWN_FOR);
      if (isSecret) notifications.show({ message: texts.copiedValue });
    } catch (error) {
      setState('idle');
      // What fetched the value tells of its own failure.
      if (error instanceof DOMException) notifications.show({ color: 'red', message: texts.copyFailed });
    }
  };
  const isCopied = state === 'copied';
  return (
    <Tooltip label={isCopied ? texts.copied : label}>
      <ActionIcon variant="subtle" color="gray" size={SIZE} onClick={copy} loading={state === 'busy'} aria-label={label}>
        {isCopied ? <IconCheck size={14} /> : <IconCopy size={14} />}
      </ActionIcon>
    </Tooltip>
  );
}
