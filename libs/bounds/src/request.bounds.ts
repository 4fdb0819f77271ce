import { describeBounds, valuesOf } from './bound';

/** Of what a request holds, whichever way it came: words, list members, nesting. */
export const requestBounds = describeBounds({});

export const REQUEST = valuesOf(requestBounds);
