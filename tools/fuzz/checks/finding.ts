/** Something that must not be. */
export interface Finding {
  /** What is wrong, in a word or two: `internal error`. */
  check: string;
  /** What was asked: a method, an operation, a scenario; or a process. */
  target: string;
  /** What was seen, without what differs from request to request: two findings with the same text are one. */
  seen: string;
  /** Of the plan that shows it; absent where no single one does. */
  index?: number;
}

/** Names, numbers and ids differ from request to request; the fault does not. */
export const generalise = (text: string): string =>
  text
    .replace(/[0-9a-f]{8}-[0-9a-f-]{20,}/gi, 'ID')
    .replace(/\d+/g, 'N')
    .replace(/(?:own|open|kept|other)[-/][\w-]+/g, 'NAME')
    .slice(0, 200);
