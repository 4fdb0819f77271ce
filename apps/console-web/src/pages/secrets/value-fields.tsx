import { FileInput, Group, PasswordInput, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { PairsInput } from '../../components/pairs-input';
import { PasswordGenerator } from '../../components/password-generator';
import { secretsTexts } from '../../texts/secrets';
import { type Draft, engines, type Faults, type KindField, kindFields } from './kinds';

const texts = secretsTexts.create;

interface ValueFieldsProps {
  draft: Draft;
  faults: Faults;
  onChange: (change: Partial<Draft>) => void;
}

/** The fields of the value, by the kind of the secret. What is secret is hidden while it is typed. */
export function ValueFields({ draft, faults, onChange }: ValueFieldsProps) {
  const { kind } = draft;
  const fields = kindFields[kind];
  if (fields) {
    const set = (change: Record<string, string>) => onChange({ fields: { ...draft.fields, ...change } });
    return (
      <Stack gap="sm">
        {fields.map((field) => (
          <OneField
            key={field.key}
            field={field}
            value={draft.fields[field.key] ?? ''}
            error={faults[`fields.${field.key}`]}
            onChange={(text) =>
              set(field.type === 'engine' ? { engine: text, port: String(engines[text]?.port ?? '') } : { [field.key]: text })
            }
          />
        ))}
      </Stack>
    );
  }
  if (kind === 'key-value') {
    return (
      <PairsInput
        label={texts.pairs}
        description={texts.pairsHint}
        pairs={draft.pairs}
        onChange={(pairs) => onChange({ pairs })}
        error={faults['pairs']}
        isSecret
      />
    );
  }
  if (kind === 'file') {
    return (
      <FileInput
        label={texts.file}
        description={texts.fileHint}
        placeholder={texts.filePlaceholder}
        leftSection={<IconUpload size={16} />}
        error={faults['file']}
        clearable
        onChange={async (file) => onChange({ file: file ? new Uint8Array(await file.arrayBuffer()) : undefined })}
      />
    );
  }
  const text = { value: draft.text, error: faults['text'], onChange: (value: string) => onChange({ text: value }) };
  if (kind === 'api-key') return <Generated label={texts.apiKey} {...text} />;
  return <LongSecret label={texts.text} {...text} />;
}

interface OneFieldProps {
  field: KindField;
  value: string;
  error: string | undefined;
  onChange: (text: string) => void;
}

function OneField({ field: { label, type, isOptional, placeholder }, value, error, onChange }: OneFieldProps) {
  const shared = { label: isOptional ? <Optional label={label} /> : label, value, error, placeholder };
  switch (type) {
    case 'engine':
      return (
        <Select
          label={label}
          data={Object.entries(engines).map(([engine, { label: name }]) => ({ value: engine, label: name }))}
          value={value || null}
          error={error}
          allowDeselect={false}
          onChange={(engine) => onChange(engine ?? '')}
        />
      );
    case 'password':
      return isOptional ? (
        <PasswordInput {...shared} autoComplete="new-password" onChange={(event) => onChange(event.currentTarget.value)} />
      ) : (
        <Generated label={label} value={value} error={error} onChange={onChange} />
      );
    case 'key':
      return <LongSecret label={label} value={value} error={error} onChange={onChange} />;
    case 'number':
    case 'text':
      return (
        <TextInput
          {...shared}
          inputMode={type === 'number' ? 'numeric' : undefined}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}

function Optional({ label }: { label: string }) {
  return (
    <>
      {label}{' '}
      <Text span inherit c="dimmed" fw={400}>
        {texts.optional}
      </Text>
    </>
  );
}

interface SecretInputProps {
  label: string;
  value: string;
  error: string | undefined;
  onChange: (text: string) => void;
}

function Generated({ label, value, error, onChange }: SecretInputProps) {
  return (
    <Group gap="xs" align={error ? 'center' : 'flex-end'} wrap="nowrap">
      <PasswordInput
        flex={1}
        miw={0}
        label={label}
        value={value}
        error={error}
        autoComplete="new-password"
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <PasswordGenerator onGenerated={onChange} />
    </Group>
  );
}

/** Text of many lines. Its letters are hidden while it has no focus. */
function LongSecret({ label, value, error, onChange }: SecretInputProps) {
  return (
    <Textarea
      label={label}
      value={value}
      error={error}
      autosize
      minRows={4}
      maxRows={16}
      spellCheck={false}
      autoComplete="off"
      data-hides-without-focus={value !== '' || undefined}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
