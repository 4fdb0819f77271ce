import { timingSafeEqual } from 'node:crypto';

/** Compares texts with one token, in a time that says nothing but whether the length is right. */
export class TokenMatcher {
  private readonly right: Buffer;
  /** Where a text is written that is compared, so that nothing is allocated for it. */
  private readonly given: Buffer;

  /** @param token of ASCII characters */
  constructor(token: string) {
    this.right = Buffer.from(token, 'latin1');
    this.given = Buffer.alloc(this.right.length);
  }

  matches(text: string): boolean {
    if (text.length !== this.right.length) return false;
    this.given.write(text, 'latin1');
    return timingSafeEqual(this.given, this.right);
  }
}
