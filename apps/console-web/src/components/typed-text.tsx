import { TextInput, type TextInputProps } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState } from 'react';

/** Milliseconds after the last key. */
const TYPING_PAUSE = 350;

interface TypedTextProps extends Pick<TextInputProps, 'label' | 'placeholder' | 'maxLength'> {
  value: string;
  onChange: (value: string) => void;
}

/** A text that one types: it holds a moment after the last key, and at once after Enter. */
export function TypedText({ value, onChange, ...props }: TypedTextProps) {
  const [text, setText] = useState(value);
  // The address may change under it: by a link, by "back", by "clear".
  useEffect(() => setText(value), [value]);
  const later = useDebouncedCallback(onChange, TYPING_PAUSE);
  return (
    <TextInput
      {...props}
      value={text}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        later(currentTarget.value);
      }}
      onKeyDown={({ key }) => key === 'Enter' && onChange(text)}
      spellCheck={false}
      autoComplete="off"
    />
  );
}
