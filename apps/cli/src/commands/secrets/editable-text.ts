import { applyEdits, createScanner, format, type ParseError, parse, printParseErrorCode } from 'jsonc-parser';

/** A text as a person edits it, and the way back. */
export interface EditableText {
  /** What the person sees. */
  shown: string;
  /** Of the file: editors choose colours by it. */
  extension: 'json' | 'txt';
  /** What is stored of what the person made of it. */
  back(edited: string): string;
  /** What is wrong with what the person made of it, without a word of it; undefined if nothing is. */
  problemOf(edited: string): string | undefined;
}

/** JSON on one line is spread over several to be edited, and stored on one again. */
export const editableText = (text: string): EditableText => {
  const isJson = /^\s*[[{]/.test(text) && jsonProblem(text) === undefined;
  const isSpread = isJson && !text.trim().includes('\n');
  const shown = isSpread ? applyEdits(text, format(text, undefined, { tabSize: 2, insertSpaces: true })) : text;
  return {
    shown,
    extension: isJson ? 'json' : 'txt',
    back(edited) {
      if (edited === shown) return text;
      // Editors end the last line, whether it was ended or not.
      const ended = !shown.endsWith('\n') && edited.endsWith('\n') ? edited.replace(/\r?\n$/, '') : edited;
      return ended === shown ? text : isSpread ? compact(ended) : ended;
    },
    problemOf(edited) {
      if (edited.trim() === '') return 'It is empty.';
      return isJson ? jsonProblem(edited) : undefined;
    },
  };
};

const strict = { allowTrailingComma: false, disallowComments: true, allowEmptyContent: false };

/** Where a text is no JSON. The parser of node would quote it. */
export const jsonProblem = (text: string): string | undefined => {
  const errors: ParseError[] = [];
  parse(text, errors, strict);
  const [first] = errors;
  if (first === undefined) return undefined;
  const before = text.slice(0, first.offset).split('\n');
  return `It is not valid JSON: ${printParseErrorCode(first.error)} at line ${before.length}, column ${before.at(-1)!.length + 1}.`;
};

/** JSON without the spaces between its parts; the parts stay as they are. */
const compact = (json: string): string => {
  const scanner = createScanner(json, true);
  const parts: string[] = [];
  for (scanner.scan(); scanner.getTokenLength() > 0; scanner.scan()) {
    parts.push(json.slice(scanner.getTokenOffset(), scanner.getTokenOffset() + scanner.getTokenLength()));
  }
  return parts.join('');
};
