import { Badge, Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { commonTexts } from '../texts/common';
import { FormModal } from './form-modal';
import { type PairDraft, PairsInput } from './pairs-input';
import { Section } from './section';
import { tagChanges } from './tag-changes';

const texts = commonTexts.tags;

interface TagsSectionProps {
  tags: readonly PairDraft[];
  /** Sets the tags that are new or changed, and removes the keys that are gone. Rejects with why it was refused. */
  onChange: (set: PairDraft[], removed: string[]) => Promise<void>;
}

/** The tags of a thing, and the form that changes them all at once. */
export function TagsSection({ tags, onChange }: TagsSectionProps) {
  const [opened, modal] = useDisclosure(false);
  const [draft, setDraft] = useState<PairDraft[]>([]);
  const [state, setState] = useState<{ isRunning: boolean; error?: unknown }>({ isRunning: false });
  const open = () => {
    setDraft(tags.length > 0 ? tags.map(({ key, value }) => ({ key, value })) : [{ key: '', value: '' }]);
    setState({ isRunning: false });
    modal.open();
  };
  const submit = async () => {
    const { set, removed } = tagChanges(tags, draft);
    setState({ isRunning: true });
    try {
      await onChange(set, removed);
      modal.close();
    } catch (error) {
      setState({ isRunning: false, error });
    }
  };
  return (
    <Section
      title={texts.title}
      actions={
        <Button size="xs" variant="default" onClick={open}>
          {texts.edit}
        </Button>
      }
    >
      {tags.length === 0 ? (
        <Text size="sm" c="dimmed">
          {texts.none}
        </Text>
      ) : (
        <Group gap={6}>
          {tags.map(({ key, value }) => (
            <Badge key={key} variant="default" radius="sm" tt="none" fw={500} maw="100%">
              <bdi>{value ? `${key}=${value}` : key}</bdi>
            </Badge>
          ))}
        </Group>
      )}
      <FormModal
        opened={opened}
        onClose={modal.close}
        title={texts.edit}
        action={texts.save}
        onSubmit={() => void submit()}
        isRunning={state.isRunning}
        error={state.error}
        size="lg"
      >
        <PairsInput label={texts.title} pairs={draft} onChange={setDraft} max={50} />
      </FormModal>
    </Section>
  );
}
