import { Alert, Button, FileButton, Group, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconFileImport, IconUpload } from '@tabler/icons-react';
import { type DragEvent, useState } from 'react';
import {
  BadText,
  formatOfName,
  readerOf,
  type SecretFileFormat,
  secretFileFormats,
  type SourceItem,
} from '@strongroom/secret-files';
import { PageHeader } from '../../components/page-header';
import { secretsTexts } from '../../texts/secrets';
import { ImportPreview } from './import-preview';
import classes from './import-secrets-page.module.css';

const texts = secretsTexts.import;
const MEBIBYTE = 1_048_576;

interface Read {
  title: string;
  items: readonly SourceItem[];
}

/** Imports many secrets from a file or a text. All of it happens in the browser; only what is created leaves it. */
export function ImportSecretsPage() {
  const [format, setFormat] = useState<SecretFileFormat>('env');
  const [text, setText] = useState('');
  const [prefix, setPrefix] = useState('');
  const [fault, setFault] = useState<string>();
  const [read, setRead] = useState<Read>();

  const parse = async (title: string, content: string, as: SecretFileFormat) => {
    setFault(undefined);
    try {
      const items = (await readerOf(as)).secrets(content);
      if (!items.length) return setFault(texts.faults.nothing);
      setText('');
      setRead({ title, items });
    } catch (error) {
      // Its messages name lines, never what stands in them.
      setFault(error instanceof BadText ? error.message : texts.faults.unreadable);
    }
  };
  const take = async (file: File | null | undefined) => {
    if (!file) return;
    const as = formatOfName(file.name) ?? format;
    const { limit } = await readerOf(as);
    if (file.size > limit) return setFault(texts.faults.tooLarge(limit / MEBIBYTE));
    try {
      const content = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
      setFormat(as);
      await parse(file.name, content, as);
    } catch {
      setFault(texts.faults.notUtf8);
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    void take(event.dataTransfer.files[0]);
  };

  if (read) {
    return (
      <>
        <PageHeader area="secrets" title={texts.title} description={texts.from(read.title)} />
        <ImportPreview items={read.items} prefix={prefix} onAgain={() => setRead(undefined)} />
      </>
    );
  }
  return (
    <>
      <PageHeader area="secrets" title={texts.title} description={texts.description} />
      <Stack gap="md" maw={760}>
        {fault && (
          <Alert color="red" role="alert" title={texts.faults.title}>
            {fault}
          </Alert>
        )}
        <div className={classes.drop} onDragOver={(event) => event.preventDefault()} onDrop={drop}>
          <IconUpload size={24} stroke={1.5} aria-hidden />
          <Text fw={550}>{texts.drop}</Text>
          <FileButton onChange={(file) => void take(file)} accept=".env,.json,.yaml,.yml,.csv,text/*,application/json">
            {(props) => (
              <Button variant="default" {...props}>
                {texts.choose}
              </Button>
            )}
          </FileButton>
          <Text size="xs" c="dimmed">
            {texts.local}
          </Text>
        </div>
        <Group justify="space-between" align="flex-end">
          <Text fw={550}>{texts.orPaste}</Text>
          <SegmentedControl
            size="xs"
            aria-label={texts.format}
            data={secretFileFormats.map((value) => ({ value, label: texts.formats[value] }))}
            value={format}
            onChange={setFormat}
          />
        </Group>
        <Textarea
          aria-label={texts.paste}
          description={texts.forms[format]}
          placeholder={texts.examples[format]}
          value={text}
          autosize
          minRows={7}
          maxRows={18}
          spellCheck={false}
          autoComplete="off"
          data-hides-without-focus={text !== '' || undefined}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <TextInput
          label={texts.prefix}
          description={texts.prefixHint}
          placeholder="prod/payments/"
          value={prefix}
          autoComplete="off"
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          onChange={(event) => setPrefix(event.currentTarget.value.trim())}
        />
        <Group justify="flex-end">
          <Button
            leftSection={<IconFileImport size={16} />}
            disabled={!text.trim()}
            onClick={() => void parse(texts.pasted, text, format)}
          >
            {texts.preview}
          </Button>
        </Group>
      </Stack>
    </>
  );
}
