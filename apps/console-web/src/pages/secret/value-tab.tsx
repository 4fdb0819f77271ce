import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { IconEye, IconEyeOff, IconLock, IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import { CopyButton } from '../../components/copy-button';
import { EmptyState } from '../../components/empty-state';
import { GuardedButton } from '../../components/guarded-button';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { useSearchState } from '../../components/use-search-state';
import { secretTexts } from '../../texts/secret';
import { LabelBadges } from './label-badges';
import { RevealedValue } from './revealed-value';
import { bytesOf, textOf, useRevealedValue } from './use-revealed-value';
import { currentVersion, type Secret, type SecretTabProps, useRefusals } from './use-secret';
import type { EditorStart } from './value-draft';
import { ValueEditor } from './value-editor';

const texts = secretTexts.value;
/** The version in the address; empty: the current one. */
const defaults = { version: '' };

export function ValueTab({ secret }: SecretTabProps) {
  const [{ version }, change] = useSearchState(defaults);
  const current = currentVersion(secret);
  const chosen = version === '' ? current : version;
  const [start, setStart] = useState<EditorStart>();
  const refusals = useRefusals(secret.arn);
  const value = useRevealedValue(secret.arn, chosen);
  const { revealed, secondsLeft, isReading, error, wasHidden } = value;

  if (start) return <ValueEditor secret={secret} start={start} onClose={() => setStart(undefined)} />;

  const mayNotWrite = refusals('PutSecretValue', 'UpdateSecretVersionStage');
  const writeNew = (
    <GuardedButton
      variant={current === undefined ? 'filled' : 'default'}
      refusal={mayNotWrite}
      onClick={() => setStart({ base: current, text: undefined })}
    >
      {texts.writeNew}
    </GuardedButton>
  );
  if (chosen === undefined) {
    return (
      <Section title={texts.title}>
        <EmptyState title={texts.none} icon={IconLock} actions={writeNew}>
          {texts.noneText}
        </EmptyState>
      </Section>
    );
  }

  const edit = async () => {
    const read = revealed ?? (await value.read());
    if (!read) return;
    value.hide();
    setStart({ base: current, text: textOf(read) });
  };
  const canEdit = chosen === current && (!revealed || bytesOf(revealed) === undefined);
  return (
    <Section
      title={texts.title}
      actions={
        <>
          <VersionChoice secret={secret} chosen={chosen} onChoose={(id) => change({ version: id === current ? '' : id })} />
          {canEdit && (
            <GuardedButton
              variant="default"
              leftSection={<IconPencil size={15} />}
              refusal={refusals('GetSecretValue') ?? mayNotWrite}
              onClick={() => void edit()}
            >
              {texts.edit}
            </GuardedButton>
          )}
        </>
      }
    >
      <Stack gap="md">
        {revealed ? (
          <>
            <Group justify="space-between" gap="xs">
              <Group gap="xs">
                <LabelBadges labels={revealed.versionStages} />
                <CopyButton value={copyOf(revealed)} label={texts.copyAll} isSecret />
              </Group>
              <Group gap="xs">
                <Text size="sm" c="dimmed" style={{ fontVariantNumeric: 'tabular-nums' }}>
                  {texts.hidesIn(secondsLeft)}
                </Text>
                <Button size="xs" variant="default" leftSection={<IconEyeOff size={14} />} onClick={value.hide}>
                  {texts.hide}
                </Button>
              </Group>
            </Group>
            <RevealedValue value={revealed} />
          </>
        ) : (
          <EmptyState
            title={wasHidden ? texts.wasHidden : texts.hidden}
            icon={IconLock}
            actions={
              <>
                <GuardedButton
                  leftSection={<IconEye size={16} />}
                  refusal={refusals('GetSecretValue')}
                  loading={isReading}
                  onClick={() => void value.reveal()}
                >
                  {texts.reveal}
                </GuardedButton>
                {writeNew}
                <CopyButton
                  isSecret
                  label={texts.copy}
                  value={async () => {
                    const read = await value.read();
                    if (!read) throw new Error('nothing was read');
                    return copyOf(read);
                  }}
                />
              </>
            }
          >
            {texts.hiddenText}
          </EmptyState>
        )}
        <Problem error={error} onRetry={() => void value.reveal()} />
      </Stack>
    </Section>
  );
}

/** The whole value as the clipboard takes it. */
const copyOf = (value: Parameters<typeof textOf>[0]): string => textOf(value) ?? base64Of(bytesOf(value) ?? new Uint8Array());
const base64Of = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));

interface VersionChoiceProps {
  secret: Secret;
  chosen: string;
  onChoose: (versionId: string) => void;
}

function VersionChoice({ secret, chosen, onChoose }: VersionChoiceProps) {
  const versions = Object.entries(secret.versionIdsToStages).map(([id, { stages }]) => ({
    value: id,
    label: stages.join(', '),
  }));
  if (!versions.some(({ value }) => value === chosen)) versions.push({ value: chosen, label: `${chosen.slice(0, 8)}…` });
  if (versions.length < 2) return null;
  return (
    <Select
      aria-label={texts.version}
      data={versions}
      value={chosen}
      allowDeselect={false}
      onChange={(id) => id !== null && onChoose(id)}
      w={200}
    />
  );
}
