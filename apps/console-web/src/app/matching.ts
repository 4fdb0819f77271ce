const words = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[\s/_+=.@,:-]+/)
    .filter(Boolean);

/** Whether each word of the query is the beginning of a word of the text, in any order and whatever its case. */
export function matches(text: string, query: string): boolean {
  const of = words(text);
  return words(query).every((wanted) => of.some((word) => word.startsWith(wanted)));
}
