import { ActionIcon, Button, Group, Stack, Text, Textarea, TextInput, Tooltip } from '@mantine/core';
import { IconEye, IconEyeOff, IconPlus, IconTrash } from '@tabler/icons-react';
import { fieldsOfText, withField, withoutField } from '@strongroom/secret-values';
import { useEffect, useState } from 'react';
import { PasswordGenerator } from '../../components/password-generator';
import { secretTexts } from '../../texts/secret';
import { changesOf } from './value-draft';
import classes from './value.module.css';

const texts = secretTexts.edit;
/** Milliseconds for which a field that is shown stays so. */
const SHOWN_FOR = 30_000;

interface FieldEditorProps {
  /** The value that the draft follows from. */
  base: string | undefined;
  text: string;
  onChange: (text: string) => void;
}

/** Edits a value that is a JSON object key by key. Values are dots until one asks to see them. */
export function FieldEditor({ base, text, onChange }: FieldEditorProps) {
  const [shown, setShown] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    if (shown.size === 0) return undefined;
    const hideAll = () => setShown(new Set());
    const leave = () => document.visibilityState === 'hidden' && hideAll();
    const timer = setTimeout(hideAll, SHOWN_FOR);
    document.addEventListener('visibilitychange', leave);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', leave);
    };
  }, [shown]);
  const toggle = (key: string) =>
    setShown((now) => (now.has(key) ? new Set([...now].filter((one) => one !== key)) : new Set([...now, key])));

  const fields = fieldsOfText(text) ?? [];
  const changes = new Map(changesOf(base, text).map(({ key, change }) => [key.split('.')[0]!, change]));
  return (
    <Stack gap="xs">
      {fields.map((field) => (
        <div className={classes.edit} key={field.key}>
          <div className={classes.editKey}>
            <bdi>{field.key}</bdi>
            {base !== undefined && changes.has(field.key) && (
              <Text span className={classes.mark}>
                {' '}
                {secretTexts.changes[changes.get(field.key)!]}
              </Text>
            )}
          </div>
          <FieldInput
            label={texts.valueOf(field.key)}
            value={field.text}
            readOnly={!field.isString}
            isShown={shown.has(field.key)}
            onChange={(value) => onChange(withField(text, field.key, value))}
          />
          <Group gap={2} wrap="nowrap" pt={2}>
            <Tooltip label={shown.has(field.key) ? texts.hide : texts.show}>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`${shown.has(field.key) ? texts.hide : texts.show}: ${field.key}`}
                aria-pressed={shown.has(field.key)}
                onClick={() => toggle(field.key)}
              >
                {shown.has(field.key) ? <IconEyeOff size={16} /> : <IconEye size={16} />}
              </ActionIcon>
            </Tooltip>
            <PasswordGenerator
              iconLabel={texts.generate(field.key)}
              onGenerated={(password) => onChange(withField(text, field.key, password))}
            />
            <Tooltip label={texts.remove(field.key)}>
              <ActionIcon
                variant="subtle"
                color="red"
                aria-label={texts.remove(field.key)}
                onClick={() => onChange(withoutField(text, field.key))}
              >
                <IconTrash size={16} />
              </ActionIcon>
            </Tooltip>
          </Group>
        </div>
      ))}
      <NewField
        taken={fields.map(({ key }) => key)}
        onAdd={(key) => {
          onChange(withField(text, key, ''));
          setShown((now) => new Set([...now, key]));
        }}
      />
    </Stack>
  );
}

interface FieldInputProps {
  label: string;
  value: string;
  readOnly: boolean;
  isShown: boolean;
  onChange: (value: string) => void;
}

/** A field in dots is one line; a browser's own password manager has no business with it. */
function FieldInput({ label, value, readOnly, isShown, onChange }: FieldInputProps) {
  const common = {
    'aria-label': label,
    value,
    readOnly,
    autoComplete: 'off',
    spellCheck: false,
    styles: { input: { fontFamily: 'var(--mantine-font-family-monospace)' } },
    'data-1p-ignore': true,
    'data-lpignore': 'true',
  };
  if (isShown) {
    return <Textarea {...common} autosize minRows={1} maxRows={12} onChange={(event) => onChange(event.currentTarget.value)} />;
  }
  // One line cannot hold several, so what has more must be shown before it can be changed.
  const isLong = value.includes('\n');
  return (
    <TextInput
      {...common}
      type="password"
      autoComplete="new-password"
      readOnly={readOnly || isLong}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function NewField({ taken, onAdd }: { taken: readonly string[]; onAdd: (key: string) => void }) {
  const [key, setKey] = useState('');
  const isTaken = taken.includes(key);
  const add = () => {
    if (key === '' || isTaken) return;
    onAdd(key);
    setKey('');
  };
  return (
    <Group gap="xs" align="flex-start">
      <TextInput
        aria-label={texts.newKey}
        placeholder={texts.newKey}
        value={key}
        error={isTaken && texts.taken}
        onChange={(event) => setKey(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          add();
        }}
        autoComplete="off"
        spellCheck={false}
        w={{ base: '100%', xs: 256 }}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
      <Button variant="default" leftSection={<IconPlus size={15} />} onClick={add} disabled={key === '' || isTaken}>
        {texts.addKey}
      </Button>
    </Group>
  );
}
