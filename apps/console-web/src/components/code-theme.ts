import { HighlightStyle } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** The editor in the colours of the console; both schemes at once, for they change by CSS alone. */
export const codeTheme = EditorView.theme({
  '&': {
    border: '1px solid var(--strongroom-line)',
    borderRadius: 'var(--mantine-radius-sm)',
    backgroundColor: 'var(--strongroom-sunken)',
    color: 'var(--mantine-color-text)',
    fontSize: 'var(--mantine-font-size-sm)',
    minHeight: 'var(--min-height, 0)',
    maxHeight: 'var(--max-height, 40rem)',
  },
  '&.cm-focused': { outline: '2px solid var(--mantine-primary-color-filled)', outlineOffset: '-1px' },
  '.cm-scroller': {
    fontFamily: 'var(--mantine-font-family-monospace)',
    lineHeight: '1.6',
    overflow: 'auto',
    minHeight: 'inherit',
  },
  '.cm-content': { caretColor: 'var(--mantine-color-text)' },
  '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
  '.cm-gutters': { backgroundColor: 'transparent', border: 'none', color: 'var(--mantine-color-placeholder)' },
  '.cm-activeLine': { backgroundColor: 'light-dark(rgba(0, 0, 0, 0.025), rgba(255, 255, 255, 0.03))' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    backgroundColor: 'light-dark(#bfe3e5, #1f4a50)',
  },
  '.cm-tooltip': {
    border: '1px solid var(--strongroom-line)',
    borderRadius: 'var(--mantine-radius-sm)',
    backgroundColor: 'var(--strongroom-surface)',
    color: 'var(--mantine-color-text)',
    boxShadow: 'var(--mantine-shadow-md)',
  },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--mantine-primary-color-filled)',
    color: 'var(--mantine-primary-color-contrast)',
  },
  '.cm-diagnostic': { padding: '0.375rem 0.625rem', maxWidth: '32rem' },
});

export const codeHighlighting = HighlightStyle.define([
  { tag: tags.propertyName, color: 'light-dark(#0e5f68, #7fd0d6)' },
  { tag: tags.string, color: 'light-dark(#8a3b12, #e9b58c)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'light-dark(#6b2fa0, #c8a3ee)' },
  { tag: tags.punctuation, color: 'var(--mantine-color-dimmed)' },
]);
