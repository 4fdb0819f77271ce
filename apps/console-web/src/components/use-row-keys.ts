import { type FocusEvent, type KeyboardEvent, type MouseEvent, type RefObject, useEffect, useRef, useState } from 'react';

interface RowKeysOptions {
  count: number;
  /** What scrolls, with the rows in it; each has its number as `data-index`. */
  box: RefObject<HTMLElement | null>;
  /** Brings a row into the document. */
  scrollTo: (index: number) => void;
  onOpen?: (index: number) => void;
}

/** Rows that a Page key goes by. */
const PAGE = 10;

const steps: Readonly<Record<string, (index: number, last: number) => number>> = {
  ArrowDown: (index) => index + 1,
  ArrowUp: (index) => index - 1,
  PageDown: (index) => index + PAGE,
  PageUp: (index) => index - PAGE,
  Home: () => 0,
  End: (_index, last) => last,
};

/** What within a row does something of its own when it is pressed. */
const isControl = (target: EventTarget, row: Element | null): boolean =>
  target instanceof Element &&
  target !== row &&
  target.closest('a, button, input, label, select, textarea, [role="menuitem"]') !== null;

/** Moves the focus between rows by the keyboard: one row at a time can be reached by Tab, and arrows go on from it. */
export function useRowKeys({ count, box, scrollTo, onOpen }: RowKeysOptions) {
  const [chosen, setActive] = useState(0);
  const wanted = useRef<number | undefined>(undefined);
  const active = Math.min(chosen, Math.max(count - 1, 0));

  // The row may have to be scrolled into the document before it can take the focus.
  useEffect(() => {
    if (wanted.current === undefined) return;
    const row = box.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"]`);
    if (!row) return;
    row.focus({ preventScroll: true });
    wanted.current = undefined;
  });

  const rowOf = (target: EventTarget) => (target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null);

  return {
    active,
    onFocus: ({ target }: FocusEvent) => {
      const index = rowOf(target)?.dataset['index'];
      if (index !== undefined) setActive(Number(index));
    },
    onKeyDown: (event: KeyboardEvent) => {
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
      const step = steps[event.key];
      if (step && !event.altKey && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        const next = Math.min(Math.max(step(active, count - 1), 0), count - 1);
        wanted.current = next;
        scrollTo(next);
        setActive(next);
      } else if (event.key === 'Enter' && onOpen && !isControl(event.target, rowOf(event.target))) {
        event.preventDefault();
        onOpen(active);
      }
    },
    onClick: ({ target }: MouseEvent) => {
      const row = rowOf(target);
      const index = row?.dataset['index'];
      if (!onOpen || index === undefined || isControl(target, row)) return;
      // Whoever marks text to copy it does not want to leave.
      if (window.getSelection()?.type === 'Range') return;
      onOpen(Number(index));
    },
  };
}
