import { describeBounds, valuesOf } from './bound';

/** The limits of what calls make usage-service keep. */
export const usageBounds = describeBounds({
  detailRows: {
    value: 200_000,
    unit: 'count',
    of: 'counters that an account makes in an hour; from there on calls count without principal and secret',
    why: 'sums stay exact, and nobody fills the disk by many names',
    test: 'apps/usage-service/src/counting.int-spec.ts',
  },
});

export const USAGE = valuesOf(usageBounds);
