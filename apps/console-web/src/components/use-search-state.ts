import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

/** What may stand in an address: never a value of a secret. */
export type SearchValue = string | number | boolean | readonly string[];

const isLike = (value: unknown, example: SearchValue): boolean =>
  Array.isArray(example)
    ? Array.isArray(value) && value.every((item) => typeof item === 'string')
    : typeof value === typeof example && !Array.isArray(value);

/** Picks of an address what has a default, and falls back to that where it is missing or of another type. */
export function readSearch<T extends Record<string, SearchValue>>(search: Record<string, unknown>, defaults: T): T {
  return Object.fromEntries(
    Object.entries(defaults).map(([key, example]) => [key, isLike(search[key], example) ? search[key] : example]),
  ) as T;
}

/** The search of an address after a change; what is at its default is left out. */
export function writeSearch<T extends Record<string, SearchValue>>(
  search: Record<string, unknown>,
  defaults: T,
  change: Partial<T>,
): Record<string, unknown> {
  const next = { ...search, ...change };
  for (const [key, example] of Object.entries(defaults)) {
    if (JSON.stringify(next[key]) === JSON.stringify(example)) delete next[key];
  }
  return next;
}

/** Keeps filters, a tab or a sort in the address, so that it can be shared and gone back to. `defaults` must not change. */
export function useSearchState<T extends Record<string, SearchValue>>(defaults: T): [T, (change: Partial<T>) => void] {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const change = useCallback(
    (part: Partial<T>) => {
      const next = (previous: Record<string, unknown>) => writeSearch(previous, defaults, part);
      void navigate({ to: '.', search: next as never, replace: true });
    },
    [navigate, defaults],
  );
  return [readSearch(search, defaults), change];
}
