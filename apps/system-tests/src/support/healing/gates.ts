/** What is asked goes by first, its answer after it. */
export type Side = 'before' | 'after';
/** What becomes of what is held at a gate. */
export type Verdict = 'go' | 'lost';

/** A place in a rotation, next to one of its side effects. */
export interface Boundary {
  name: string;
  /** On which wire it is seen. */
  wire: 'database' | 'secrets-api';
  /** The statement, or the method's name. */
  action: RegExp;
  side: Side;
}

/** Whom an action is about: the name of a secret and of its database user, from `subjectNames`. */
const SUBJECT = /h[0-9a-f]{8}n\d+/;

/** Names of secrets and users that are recognised in whatever goes over a wire. `batch` is 8 hexadecimal digits. */
export const subjectName = (batch: string, number: number): string => `h${batch}n${number}`;

export const subjectIn = (text: string): string | undefined => SUBJECT.exec(text)?.[0];

/** Stands on a wire and holds each rotation at its own boundary, until all of them are let go at once. */
export class Gates {
  private readonly closed = new Map<string, Boundary>();
  private readonly held = new Set<string>();
  private opening = verdict();

  close(subject: string, boundary: Boundary): void {
    this.closed.set(subject, boundary);
  }

  /** Whether the subject has come to its boundary. */
  holds(subject: string): boolean {
    return this.held.has(subject);
  }

  /** Resolves at once unless this is where the subject is to be held. */
  async pass(subject: string | undefined, side: Side, action: string): Promise<Verdict> {
    const boundary = subject === undefined ? undefined : this.closed.get(subject);
    if (!boundary || boundary.side !== side || !boundary.action.test(action)) return 'go';
    this.held.add(subject!);
    return this.opening.promise;
  }

  /** Lets everything go on, or be lost on the way; nothing is held from then on. */
  open(what: Verdict): void {
    const { resolve } = this.opening;
    this.closed.clear();
    this.held.clear();
    this.opening = verdict();
    resolve(what);
  }
}

const verdict = () => {
  let resolve!: (what: Verdict) => void;
  const promise = new Promise<Verdict>((settle) => (resolve = settle));
  return { promise, resolve };
};
