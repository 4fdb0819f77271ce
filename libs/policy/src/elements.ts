import type { JsonValue } from './strict-json';
import type { Report } from './report';

/** A string of the document, and its place. */
export interface Placed {
  text: string;
  place: string;
}

/** Reads an element that is a string or a list of strings, at least one. */
export function readStrings(element: JsonValue, place: string, report: Report): Placed[] {
  const isList = Array.isArray(element);
  const values = isList ? element : [element];
  if (values.length === 0) report.error(place, 'must have at least one value');
  return values.flatMap((value, index) => {
    const here = isList ? `${place}[${index}]` : place;
    if (typeof value === 'string') return [{ text: value, place: here }];
    report.error(here, isList ? 'must be a string' : 'must be a string or a list of strings');
    return [];
  });
}
