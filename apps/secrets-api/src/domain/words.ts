const RUN = /[\p{L}\p{N}\p{M}]+/gu;
/** The places where a capital follows a small letter or a digit, as in `myTest`. */
const HUMP = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})/u;

/** The words of a text, in lower case: its runs of letters and digits. */
export function wordsOf(text: string): string[] {
  return (text.match(RUN) ?? []).map((word) => word.toLowerCase());
}

/** What a search for words finds in texts: every word, and every part of a word that begins with a capital; in lower case. */
export function searchableWords(texts: readonly string[]): string[] {
  return texts.flatMap((text) => text.match(RUN) ?? []).flatMap((run) => withParts(run).map((word) => word.toLowerCase()));
}

/** Texts prepared for many searches for words. */
export class Words {
  /** Every searchable word, each after a space. */
  private readonly text: string;

  constructor(texts: readonly string[]) {
    this.text = searchableWords(texts)
      .map((word) => ` ${word}`)
      .join('');
  }

  /** Whether one of them begins with this. */
  haveOneThatBegins(word: string): boolean {
    return this.text.includes(` ${word}`);
  }
}

const withParts = (run: string): string[] => {
  const parts = run.split(HUMP);
  return parts.length === 1 ? parts : [run, ...parts];
};
