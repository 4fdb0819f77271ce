const RUN = /[\p{L}\p{N}\p{M}]+/gu;
/** The places where a capital follows a small letter or a digit, as in `myTest`. */
const HUMP = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})/u;

/** The words of a text, in lower case: its runs of letters and digits. */
export function wordsOf(text: string): string[] {
  return (text.match(RUN) ?? []).map((word) => word.toLowerCase());
}

/** Texts prepared for many searches for words. */
export class Words {
  /** Every word, and every part of a word that begins with a capital, each after a space. */
  private readonly text: string;

  constructor(texts: readonly string[]) {
    this.text = texts
      .flatMap((text) => text.match(RUN) ?? [])
      .map(spaced)
      .join('')
      .toLowerCase();
  }

  /** Whether one of them begins with this. */
  haveOneThatBegins(word: string): boolean {
    return this.text.includes(` ${word}`);
  }
}

const spaced = (run: string): string => {
  const parts = run.split(HUMP);
  return parts.length === 1 ? ` ${run}` : ` ${run} ${parts.join(' ')}`;
};
