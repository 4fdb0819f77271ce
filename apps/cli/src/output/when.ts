/** A time as people read it: UTC, to the second. */
export const when = (date: Date | undefined): string | undefined => date?.toISOString().replace(/\.\d{3}Z$/, 'Z');

/** A whole day, UTC. */
export const day = (date: Date | undefined): string | undefined => date?.toISOString().slice(0, 10);
