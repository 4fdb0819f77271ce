import { Select, Stack } from '@mantine/core';
import { JsonEditor } from '../../components/json-editor';
import { notificationsTexts } from '../../texts/notifications';
import { patternCompletions } from './pattern-completions';
import { PATTERN_EXAMPLES, type PatternExample, readablePattern } from './pattern-examples';

const texts = notificationsTexts.rule;

interface PatternFieldProps {
  label?: string;
  value: string;
  onChange: (pattern: string) => void;
  /** What somebody began with, so that the form can set what belongs to it. */
  onExample?: (example: PatternExample) => void;
  error?: string;
  readOnly?: boolean;
}

/** An event pattern, with examples to begin with. */
export function PatternField({ label = texts.pattern, value, onChange, onExample, error, readOnly = false }: PatternFieldProps) {
  return (
    <Stack gap="xs">
      <JsonEditor
        label={label}
        description={texts.patternHint}
        value={value}
        onChange={onChange}
        completions={[patternCompletions]}
        error={error}
        readOnly={readOnly}
      />
      {!readOnly && (
        <Select
          placeholder={texts.begin}
          aria-label={texts.begin}
          data={PATTERN_EXAMPLES.map(({ label: name }) => name)}
          value={null}
          onChange={(name) => {
            const example = PATTERN_EXAMPLES.find((one) => one.label === name);
            if (!example) return;
            onChange(readablePattern(JSON.stringify(example.pattern)));
            onExample?.(example);
          }}
          maw={360}
        />
      )}
    </Stack>
  );
}
