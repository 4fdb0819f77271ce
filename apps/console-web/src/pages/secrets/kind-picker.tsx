import { Radio, SimpleGrid } from '@mantine/core';
import { type Icon, IconApi, IconDatabase, IconFile, IconFileText, IconListDetails, IconTerminal2 } from '@tabler/icons-react';
import { secretsTexts } from '../../texts/secrets';
import classes from './kind-picker.module.css';
import type { KindId } from './kinds';

const texts = secretsTexts.create;

const icons: Readonly<Record<KindId, Icon>> = {
  database: IconDatabase,
  'api-key': IconApi,
  'key-value': IconListDetails,
  'ssh-key': IconTerminal2,
  text: IconFileText,
  file: IconFile,
};

interface KindPickerProps {
  value: KindId;
  onChange: (kind: KindId) => void;
}

/** What kind of secret it is: decides which fields there are. */
export function KindPicker({ value, onChange }: KindPickerProps) {
  return (
    <Radio.Group label={texts.kind} value={value} onChange={(kind) => onChange(kind)}>
      <SimpleGrid cols={{ base: 2, sm: 3 }} spacing="xs" mt={6}>
        {(Object.keys(icons) as KindId[]).map((kind) => {
          const Sign = icons[kind];
          return (
            <Radio.Card key={kind} value={kind} className={classes.card} aria-label={texts.kinds[kind].label}>
              <Sign size={20} stroke={1.5} aria-hidden className={classes.icon} />
              <span className={classes.label}>{texts.kinds[kind].label}</span>
              <span className={classes.hint}>{texts.kinds[kind].hint}</span>
            </Radio.Card>
          );
        })}
      </SimpleGrid>
    </Radio.Group>
  );
}
