import { ActionIcon, Button, Group, Input, PasswordInput, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { commonTexts } from '../texts/common';

const texts = commonTexts.pairs;

export interface PairDraft {
  key: string;
  value: string;
}

interface PairsInputProps {
  label: string;
  description?: string;
  pairs: readonly PairDraft[];
  onChange: (pairs: PairDraft[]) => void;
  error?: string;
  /** Values are hidden until the person shows them. */
  isSecret?: boolean;
  max?: number;
}

const empty: PairDraft = { key: '', value: '' };

/** Keys with their values, such as tags; there is always an empty line at the end to write into. */
export function PairsInput({ label, description, pairs, onChange, error, isSecret = false, max = Infinity }: PairsInputProps) {
  const set = (index: number, change: Partial<PairDraft>) =>
    onChange(pairs.map((pair, at) => (at === index ? { ...pair, ...change } : pair)));
  const Value = isSecret ? PasswordInput : TextInput;
  return (
    <Input.Wrapper label={label} description={description} error={error} labelElement="div" role="group" aria-label={label}>
      <Stack gap={6} mt={4} mb={error ? 4 : 0}>
        {pairs.map(({ key, value }, index) => (
          <Group key={index} gap={6} wrap="nowrap" align="flex-start">
            <TextInput
              flex={1}
              miw={0}
              value={key}
              placeholder={texts.key}
              aria-label={texts.keyOf(index + 1)}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => set(index, { key: event.currentTarget.value })}
            />
            <Value
              flex={1.4}
              miw={0}
              value={value}
              placeholder={texts.value}
              aria-label={texts.valueOf(index + 1)}
              autoComplete="off"
              onChange={(event) => set(index, { value: event.currentTarget.value })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              aria-label={texts.remove(index + 1)}
              onClick={() => onChange(pairs.filter((_, at) => at !== index))}
            >
              <IconX size={16} />
            </ActionIcon>
          </Group>
        ))}
        <Group>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} />}
            disabled={pairs.length >= max}
            onClick={() => onChange([...pairs, empty])}
          >
            {texts.add}
          </Button>
        </Group>
      </Stack>
    </Input.Wrapper>
  );
}
