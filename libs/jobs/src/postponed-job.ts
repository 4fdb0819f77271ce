/**
 * A worker throws this if a job cannot run now, through no fault of its own. The job returns to the queue for `delayMs`, and this
 * does not count as an attempt.
 */
export class PostponedJob extends Error {
  constructor(readonly delayMs: number) {
    super(`put back for ${delayMs} ms`);
    this.name = 'PostponedJob';
  }
}
