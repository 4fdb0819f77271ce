import { Group, Text } from '@mantine/core';
import { fieldsOfText } from '@strongroom/secret-values';
import { CopyButton } from '../../components/copy-button';
import { secretTexts } from '../../texts/secret';
import { bytesOf, type Revealed, textOf } from './use-revealed-value';
import classes from './value.module.css';

const texts = secretTexts.value;

/** A value in the open: its keys, or its text, or how many bytes it has. */
export function RevealedValue({ value }: { value: Revealed }) {
  const bytes = bytesOf(value);
  if (bytes) {
    return (
      <Group gap="xs">
        <Text>{texts.binary(bytes.length)}</Text>
        <CopyButton
          isSecret
          label={texts.copyBase64}
          value={btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}
        />
      </Group>
    );
  }
  const text = textOf(value) ?? '';
  const fields = fieldsOfText(text);
  if (fields === undefined) return <Plain text={text} />;
  if (fields.length === 0) return <Text c="dimmed">{texts.emptyObject}</Text>;
  return (
    <div className={classes.table} role="table" aria-label={texts.title}>
      <div role="row" className={classes.head}>
        <span role="columnheader">{texts.key}</span>
        <span role="columnheader">{texts.text}</span>
      </div>
      {fields.map((field) => (
        <div role="row" className={classes.row} key={field.key}>
          <span role="rowheader" className={classes.key}>
            <bdi>{field.key}</bdi>
          </span>
          <span role="cell" className={classes.value}>
            <Plain text={field.text} isBare />
            <CopyButton isSecret value={field.text} label={texts.copyField(field.key)} />
          </span>
        </div>
      ))}
    </div>
  );
}

/** Signs that show nothing, or turn the text around, are made visible: what is shown is what is there. */
const visible = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, (sign) =>
    sign === '\r' ? '␍' : sign < ' ' ? String.fromCharCode(0x2400 + sign.charCodeAt(0)) : `⟨${sign.charCodeAt(0).toString(16)}⟩`,
  );

function Plain({ text, isBare = false }: { text: string; isBare?: boolean }) {
  if (text === '') {
    return (
      <Text span size="sm" c="dimmed">
        {texts.emptyText}
      </Text>
    );
  }
  return (
    <pre className={isBare ? classes.bare : classes.plain} tabIndex={isBare ? undefined : 0}>
      <bdi>{visible(text)}</bdi>
    </pre>
  );
}
