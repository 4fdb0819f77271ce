import type { SourceItem, Value } from '@strongroom/secret-files';

export {
  AWSCURRENT,
  currentOf,
  isUnreadable,
  type SourceItem,
  type SourceSecret,
  type SourceVersion,
  type UnreadableSecret,
  type Value,
  withOneValue,
} from '@strongroom/secret-files';

/** Where secrets come from. */
export interface Source {
  /**
   * Kind and place, without credentials. Part of what version ids are made of, so an import that is repeated from the same place
   * finds what it has written.
   */
  readonly id: string;
  /** For messages: "the file x.csv". */
  readonly title: string;
  /**
   * The secrets, each name once. Called twice, to compare and to write, and keeps a bounded number in memory. What is not wanted
   * need not be read, and is left out.
   *
   * @throws CliError or DomainError if the source cannot be read any further
   */
  secrets(wanted: (name: string) => boolean): AsyncIterable<SourceItem>;
  close?(): void;
}

export const sizeOf = ({ secretString, secretBinary }: Value): number => secretBinary?.length ?? Buffer.byteLength(secretString!);

export const sameValue = (one: Value, other: Value): boolean =>
  one.secretBinary === undefined
    ? one.secretString === other.secretString
    : other.secretBinary !== undefined && Buffer.from(one.secretBinary).equals(other.secretBinary);
