import type { CompletionSource } from '@codemirror/autocomplete';
import type { Diagnostic } from '@codemirror/lint';
import { Input, Skeleton } from '@mantine/core';
import { lazy, Suspense, useId } from 'react';
import { commonTexts as texts } from '../texts/common';

const CodeEditor = lazy(async () => ({ default: (await import('./code-editor')).CodeEditor }));

interface JsonEditorProps {
  label: string;
  description?: string;
  value: string;
  onChange?: (value: string) => void;
  /** What is wrong with the text, beside JSON's own syntax; asked a moment after each change. */
  lint?: (text: string) => readonly Diagnostic[] | Promise<readonly Diagnostic[]>;
  completions?: readonly CompletionSource[];
  /** What the whole text was refused with. */
  error?: string;
  minHeight?: string;
  maxHeight?: string;
  readOnly?: boolean;
}

/** Edits JSON: colours, brackets, completions, and findings in place. The editor's code is loaded when it is first shown. */
export function JsonEditor({ label, description, error, minHeight = '12rem', ...editor }: JsonEditorProps) {
  const id = useId();
  return (
    <Input.Wrapper label={label} description={description} error={error} labelElement="div" labelProps={{ id }}>
      <Suspense fallback={<Skeleton height={minHeight} role="status" aria-label={texts.editor} />}>
        <CodeEditor {...editor} labelledBy={id} minHeight={minHeight} hasError={error !== undefined} />
      </Suspense>
    </Input.Wrapper>
  );
}

interface JsonViewProps {
  /** Said to those who do not see it. */
  label: string;
  /** A text, or what is written as JSON. */
  value: unknown;
  maxHeight?: string;
}

/** Shows JSON that cannot be changed. */
export function JsonView({ label, value, maxHeight }: JsonViewProps) {
  const text = typeof value === 'string' ? value : JSON.stringify(value, writeBigInt, 2);
  return (
    <Suspense fallback={<Skeleton height="8rem" role="status" aria-label={texts.editor} />}>
      <CodeEditor value={text} label={label} readOnly maxHeight={maxHeight} />
    </Suspense>
  );
}

const writeBigInt = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);
