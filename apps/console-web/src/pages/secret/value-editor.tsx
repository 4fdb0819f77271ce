import { Button, FileButton, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { fieldsOfText } from '@strongroom/secret-values';
import { useBlocker } from '@tanstack/react-router';
import { useState } from 'react';
import { client } from '../../app/api';
import { JsonEditor } from '../../components/json-editor';
import { Section } from '../../components/section';
import { secretTexts } from '../../texts/secret';
import { FieldEditor } from './field-editor';
import { SaveDialog } from './save-dialog';
import { textOf } from './use-revealed-value';
import { currentVersion, type Secret } from './use-secret';
import type { NewValue } from './use-save-value';
import { type EditorStart, mergeDraft } from './value-draft';

const texts = secretTexts.edit;
const MAX_BYTES = 65_536;

type Mode = 'fields' | 'text' | 'file';

interface ValueEditorProps {
  secret: Secret;
  start: EditorStart;
  onClose: () => void;
}

/** Writes a new version: by key, as a text, or from a file. The draft lives in this component alone. */
export function ValueEditor({ secret, start, onClose }: ValueEditorProps) {
  const [base, setBase] = useState(start);
  const [text, setText] = useState(start.text ?? '{}');
  const [file, setFile] = useState<{ name: string; bytes: Uint8Array }>();
  const [mode, setMode] = useState<Mode>(fieldsOfText(text) === undefined ? 'text' : 'fields');
  const [isReviewing, setIsReviewing] = useState(false);
  const [note, setNote] = useState<string>();
  const [isSaved, setIsSaved] = useState(false);

  const value: NewValue | undefined = mode === 'file' ? file && valueOfFile(file.bytes) : { $case: 'secretString', value: text };
  const size = value === undefined ? 0 : sizeOf(value);
  const isChanged = mode === 'file' ? file !== undefined : text !== (base.text ?? '{}');
  const fault = size > MAX_BYTES || (isChanged && size === 0) ? texts.tooLong : undefined;

  useBlocker({
    shouldBlockFn: () => isChanged && !isSaved && !window.confirm(texts.notLeft),
    enableBeforeUnload: () => isChanged && !isSaved,
  });

  const merge = async () => {
    const theirs = await client.secrets.getSecretValue.query({ secretId: secret.arn });
    const theirText = textOf(theirs);
    const merged = theirText !== undefined && base.text !== undefined ? mergeDraft(base.text, text, theirText) : undefined;
    setBase({ base: theirs.versionId, text: theirText });
    if (!merged) return;
    setText(merged.text);
    setMode(fieldsOfText(merged.text) === undefined ? 'text' : 'fields');
    setNote(merged.contested.length > 0 ? texts.conflict.contested(merged.contested.join(', ')) : texts.conflict.merged);
    setIsReviewing(false);
  };
  const canMerge = mode !== 'file' && base.text !== undefined && fieldsOfText(base.text) !== undefined;

  return (
    <Section
      title={texts.title}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={texts.modeLabel}
          value={mode}
          onChange={(next) => setMode(next)}
          data={[
            { value: 'fields', label: texts.table, disabled: fieldsOfText(text) === undefined },
            { value: 'text', label: texts.text },
            { value: 'file', label: texts.file },
          ]}
        />
      }
    >
      <Stack gap="md">
        {note && (
          <Text size="sm" role="status" fw={550}>
            {note}
          </Text>
        )}
        {mode === 'fields' && <FieldEditor base={base.text} text={text} onChange={setText} />}
        {mode === 'text' && (
          <JsonEditor
            label={texts.text}
            description={texts.editorText}
            value={text}
            onChange={setText}
            lint={undefined}
            error={fault}
          />
        )}
        {mode === 'file' && (
          <Group gap="sm">
            <FileButton onChange={async (chosen) => chosen && setFile(await readFile(chosen))}>
              {(props) => (
                <Button variant="default" {...props}>
                  {texts.chooseFile}
                </Button>
              )}
            </FileButton>
            {file && <bdi>{texts.fileText(file.name, file.bytes.length)}</bdi>}
          </Group>
        )}
        {mode !== 'text' && fault && (
          <Text size="sm" c="red" role="alert">
            {fault}
          </Text>
        )}
        <Group justify="flex-end" gap="xs">
          {!isChanged && (
            <Text size="sm" c="dimmed">
              {texts.nothing}
            </Text>
          )}
          <Button variant="default" onClick={onClose}>
            {texts.cancel}
          </Button>
          <Button disabled={!isChanged || fault !== undefined} onClick={() => setIsReviewing(true)}>
            {texts.review}
          </Button>
        </Group>
      </Stack>
      {isReviewing && value && (
        <SaveDialog
          secret={secret}
          base={base}
          value={value}
          onClose={() => setIsReviewing(false)}
          onMerge={canMerge ? merge : undefined}
          onOverwrite={(theirs) => setBase({ base: theirs ?? currentVersion(secret), text: base.text })}
          onSaved={() => {
            setIsSaved(true);
            onClose();
          }}
        />
      )}
    </Section>
  );
}

const encoder = new TextEncoder();
const sizeOf = ({ value }: NewValue): number => (typeof value === 'string' ? encoder.encode(value).length : value.length);

const readFile = async (file: File): Promise<{ name: string; bytes: Uint8Array }> => ({
  name: file.name,
  // What is too long is refused by its size; all of it need not be read for that.
  bytes: new Uint8Array(await file.slice(0, MAX_BYTES + 1).arrayBuffer()),
});

/** Text is stored as text, so that AWS's clients get it as SecretString; everything else as bytes. */
const valueOfFile = (bytes: Uint8Array): NewValue => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { $case: 'secretString', value: text };
  } catch {
    return { $case: 'secretBinary', value: bytes };
  }
};
