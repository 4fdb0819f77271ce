import { DomainError } from '@strongroom/errors';

const invalid = (reason: string) => (message: string) => new DomainError({ kind: 'invalid-argument', reason, message });

// Named as CloudTrail names them.
export const invalidLookupAttributes = invalid('InvalidLookupAttributesException');
export const invalidMaxResults = invalid('InvalidMaxResultsException');
export const invalidTimeRange = invalid('InvalidTimeRangeException');
