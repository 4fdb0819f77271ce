import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  type CompletionSource,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { json, jsonParseLinter } from '@codemirror/lang-json';
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, linter, lintGutter, lintKeymap } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { styleNonce } from '../app/trusted-types';
import { codeHighlighting, codeTheme } from './code-theme';

interface CodeEditorProps {
  value: string;
  onChange?: (value: string) => void;
  lint?: (text: string) => readonly Diagnostic[] | Promise<readonly Diagnostic[]>;
  completions?: readonly CompletionSource[];
  label?: string;
  labelledBy?: string;
  readOnly?: boolean;
  hasError?: boolean;
  minHeight?: string;
  maxHeight?: string;
}

const parseLinter = jsonParseLinter();

/** Where text replaces a selection, Chromium would give it the style of the old one in a way that the page's policy forbids. */
const replaceOurselves = EditorView.domEventHandlers({
  beforeinput({ inputType, data }, view) {
    const { from, to, empty } = view.state.selection.main;
    if (inputType !== 'insertText' || data === null || empty || view.composing) return false;
    const insert = () => view.state.update(view.state.replaceSelection(data), { scrollIntoView: true, userEvent: 'input.type' });
    const isHandled = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, data, insert));
    if (!isHandled) view.dispatch(insert());
    return true;
  },
});

/** CodeMirror for JSON. It is heavy: use it by `JsonEditor` and `JsonView`, which load it late. Escape, then Tab, leaves it. */
export function CodeEditor(props: CodeEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  // The editor outlives a render; it asks for what the newest one gave.
  const newest = useRef(props);
  useEffect(() => {
    newest.current = props;
  });

  useEffect(() => {
    const { value, readOnly = false, label, labelledBy, hasError, completions } = newest.current;
    const names = { ...(label && { 'aria-label': label }), ...(labelledBy && { 'aria-labelledby': labelledBy }) };
    const editor = new EditorView({
      parent: place.current!,
      doc: value,
      extensions: [
        EditorView.cspNonce.of(styleNonce()),
        EditorState.readOnly.of(readOnly),
        EditorView.contentAttributes.of({
          ...names,
          ...(hasError && { 'aria-invalid': 'true' }),
          spellcheck: 'false',
          // Tab reaches it also where nothing can be typed, so that arrows scroll it.
          tabindex: '0',
        }),
        EditorView.lineWrapping,
        EditorState.tabSize.of(2),
        lineNumbers(),
        foldGutter(),
        drawSelection(),
        bracketMatching(),
        json(),
        syntaxHighlighting(codeHighlighting),
        codeTheme,
        keymap.of([
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...historyKeymap,
          ...foldKeymap,
          ...completionKeymap,
          ...lintKeymap,
        ]),
        ...(readOnly
          ? []
          : [
              history(),
              replaceOurselves,
              indentOnInput(),
              closeBrackets(),
              highlightActiveLine(),
              keymap.of([indentWithTab]),
              autocompletion(completions ? { override: [...completions] } : {}),
              lintGutter(),
              linter(async (shown) => {
                const text = shown.state.doc.toString();
                if (!text.trim()) return [];
                const syntax = parseLinter(shown);
                return syntax.length ? syntax : ((await newest.current.lint?.(text)) ?? []);
              }),
              EditorView.updateListener.of((update) => {
                if (update.docChanged) newest.current.onChange?.(update.state.doc.toString());
              }),
            ]),
      ],
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);

  const { value, minHeight, maxHeight } = props;
  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  return (
    <div ref={place} data-code-editor style={{ '--min-height': minHeight, '--max-height': maxHeight } as React.CSSProperties} />
  );
}
