import { Button, Code, Group, Stack, Text, Textarea } from '@mantine/core';
import { IconCertificate, IconDownload } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../app/api';
import { CopyButton } from '../../components/copy-button';
import { KeyValues } from '../../components/key-values';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { Problem } from '../../components/problem';
import { saveFile } from '../../components/save-file';
import { Section } from '../../components/section';
import { trailTexts } from '../../texts/trail';
import { count } from '../usage/amounts';
import { hexOf } from './event-words';

const texts = trailTexts.checkpoints;

/** Signed texts that prove later that nothing before them has changed. */
export function CheckpointsView() {
  return (
    <Stack gap="md">
      <PresentCheckpoint />
      <KeptCheckpoint />
      <Keys />
    </Stack>
  );
}

function PresentCheckpoint() {
  // Asking makes one, so it is not asked for before somebody wants it.
  const { data, error, isFetching, refetch } = useQuery({ ...api.audit.getCheckpoint.queryOptions({}), enabled: false });
  return (
    <Section title={texts.title} description={texts.text}>
      <Stack gap="md" maw={860}>
        <Group>
          <Button leftSection={<IconCertificate size={16} />} loading={isFetching} onClick={() => void refetch()}>
            {texts.make}
          </Button>
        </Group>
        <Problem error={error} />
        {data && (
          <>
            <KeyValues
              items={[
                [texts.size, count(data.size)],
                [texts.made, <Moment key="made" at={data.createdAt} />],
                [texts.root, <MachineText key="root">{hexOf(data.root)}</MachineText>],
              ]}
            />
            <Group align="flex-start" gap="xs" wrap="nowrap" maw="100%">
              <Code block flex={1} style={{ whiteSpace: 'pre-wrap' }}>
                {data.checkpoint}
              </Code>
              <CopyButton value={data.checkpoint} label={texts.copy} />
            </Group>
            <Group>
              <Button
                variant="default"
                leftSection={<IconDownload size={16} />}
                onClick={() => saveFile(`strongroom-${data.size}.checkpoint`, [data.checkpoint])}
              >
                {texts.download}
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Section>
  );
}

function KeptCheckpoint() {
  const [kept, setKept] = useState('');
  const { mutate, error, isPending, reset } = useMutation({
    ...api.trail.prove.mutationOptions(),
    onSuccess: ({ lines }) => saveFile('strongroom.proof', lines, 'application/jsonl'),
  });
  return (
    <Section title={texts.since} description={texts.sinceText}>
      <Stack gap="sm" align="flex-start" maw={860}>
        <Textarea
          w="100%"
          label={texts.sinceLabel}
          value={kept}
          onChange={(event) => {
            setKept(event.currentTarget.value);
            reset();
          }}
          autosize
          minRows={4}
          maxRows={12}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
        <Problem error={error} />
        <Button
          variant="default"
          leftSection={<IconDownload size={16} />}
          disabled={kept.trim() === ''}
          loading={isPending}
          onClick={() => mutate({ since: kept })}
        >
          {texts.prove}
        </Button>
        <Text size="sm" c="dimmed">
          {texts.commands}
        </Text>
        <Code block style={{ whiteSpace: 'pre-wrap' }}>
          strongroom-verify --key trail.key --checkpoint kept.checkpoint --proof strongroom.proof
        </Code>
      </Stack>
    </Section>
  );
}

function Keys() {
  const { data, error, isPending, refetch } = useQuery(api.audit.listCheckpointKeys.queryOptions({}));
  return (
    <Section title={texts.keys} description={texts.keysText}>
      <Stack gap="xs" aria-busy={isPending}>
        <Problem error={error} onRetry={() => void refetch()} />
        {data?.keys.map((key) => (
          <Group key={key} gap="xs" wrap="nowrap">
            <MachineText>{key}</MachineText>
            <CopyButton value={key} label={texts.copyKey} />
          </Group>
        ))}
      </Stack>
    </Section>
  );
}
