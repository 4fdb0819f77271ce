/** A defect that was found. */
export interface Finding {
  /** What is wrong, in a word or two: `internal error`. */
  check: string;
  /** The target: a method, an operation, a scenario, or a process. */
  target: string;
  /** What was seen, without the parts that differ between requests: two findings with the same text are one. */
  seen: string;
  /** The index of the plan that shows it; absent if no single plan does. */
  index?: number;
}

/** Names, numbers and ids differ from request to request; the fault does not. */
export const generalise = (text: string): string =>
  text
    .replace(/[0-9a-f]{8}-[0-9a-f-]{20,}/gi, 'ID')
    .replace(/\d+/g, 'N')
    .replace(/(?:own|open|kept|other)[-/][\w-]+/g, 'NAME')
    .slice(0, 200);
