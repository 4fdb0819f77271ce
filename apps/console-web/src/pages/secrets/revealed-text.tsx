import { ActionIcon, Group } from '@mantine/core';
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { MachineText } from '../../components/machine-text';
import { secretsTexts } from '../../texts/secrets';

const texts = secretsTexts.import;
const HIDDEN = '••••••••';
/** Milliseconds after which what was shown hides itself. */
const SHOWN_FOR = 30_000;

/**
 * A text that is hidden until the person shows it, and again 30 seconds later. While it is hidden, the document does not hold
 * it.
 */
export function RevealedText({ text }: { text: string }) {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    if (!isShown) return;
    const timer = setTimeout(setShown, SHOWN_FOR, false);
    return () => clearTimeout(timer);
  }, [isShown]);
  return (
    <Group gap={4} wrap="nowrap" align="flex-start">
      <ActionIcon
        variant="subtle"
        color="gray"
        size={24}
        aria-label={isShown ? texts.hide : texts.show}
        onClick={() => setShown(!isShown)}
      >
        {isShown ? <IconEyeOff size={14} /> : <IconEye size={14} />}
      </ActionIcon>
      <MachineText style={{ whiteSpace: 'pre-wrap', maxHeight: '10rem', overflow: 'auto' }}>
        {isShown ? text : HIDDEN}
      </MachineText>
    </Group>
  );
}
