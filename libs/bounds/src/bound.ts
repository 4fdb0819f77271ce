export type BoundUnit = 'bytes' | 'milliseconds' | 'count' | 'per second';

/** The most that a sender may make a server keep, do or wait for. */
export interface Bound {
  readonly value: number;
  readonly unit: BoundUnit;
  /** What is counted, in the words of docs/SECURITY.md. */
  readonly of: string;
  /** The reason for this value. */
  readonly why: string;
  /** The test that shows it, from the root of the repository. */
  readonly test: string;
}

/**
 * Names each bound; the names are the rows of the table in docs/SECURITY.md, which
 * `STRONGROOM_WRITE_BOUNDS=1 npx jest --config tools/jest.config.cjs tools/page-tables --selectProjects unit` writes.
 */
export const describeBounds = <const Bounds extends Readonly<Record<string, Bound>>>(bounds: Bounds): Bounds => bounds;

/** The values alone, by name: `valuesOf(grpcBounds).connections`. */
export const valuesOf = <Name extends string>(bounds: Readonly<Record<Name, Bound>>): Readonly<Record<Name, number>> =>
  Object.fromEntries(Object.entries<Bound>(bounds).map(([name, { value }]) => [name, value])) as Record<Name, number>;
