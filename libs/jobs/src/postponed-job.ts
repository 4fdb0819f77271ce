/**
 * Thrown by whoever works on a job that cannot be done right now, through no fault of its own: it is put back, to be taken again in
 * `delayMs`, and this does not count as a try.
 */
export class PostponedJob extends Error {
  constructor(readonly delayMs: number) {
    super(`put back for ${delayMs} ms`);
    this.name = 'PostponedJob';
  }
}
