/** A public key as authorized_keys and known_hosts spell it. */
export interface PublicKey {
  /** Such as `ssh-ed25519`. */
  type: string;
  /** Base64. */
  blob: string;
}

interface KeyLine extends PublicKey {
  /** What stands before the key, the space after it included: `from="10.0.0.0/8",no-pty `. */
  options: string;
  comment: string;
}

// Options run to the first space outside of quotes.
const LINE =
  /^(\s*)((?:"(?:\\.|[^"\\])*"|[^\s"])+\s+)?((?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[\w@.-]+)\s+([A-Za-z\d+/]+=*)(?:\s+(.*?))?\s*$/;

const parseLine = (line: string): KeyLine | undefined => {
  if (/^\s*#/.test(line)) return undefined;
  const [, , options = '', type, blob, comment = ''] = LINE.exec(line) ?? [];
  return type && blob ? { options, type, blob, comment } : undefined;
};

/** All keys in lines of known_hosts, `ssh-keyscan` or a `.pub` file. */
export const parsePublicKeys = (text: string): PublicKey[] =>
  text.split('\n').flatMap((line) => {
    const key = parseLine(line);
    return key ? [{ type: key.type, blob: key.blob }] : [];
  });

const same = (a: PublicKey, b: PublicKey) => a.blob === b.blob;

export interface NextKey {
  current: PublicKey;
  next: PublicKey;
  /** Keys of this secret from before. */
  former: PublicKey[];
  /** A word in the comment of each line that rotations of this secret have added. */
  marker: string;
}

/**
 * The file with the next key beside the current one, wherever that stands, with its options and comment; without former keys and
 * what abandoned rotations of this secret left. All other lines stay as they are. Undefined when the current key is not in the
 * file.
 */
export const addNextKey = (text: string, { current, next, former, marker }: NextKey): string | undefined => {
  let found = false;
  const lines = text.split('\n').flatMap((line) => {
    const key = parseLine(line);
    if (!key) return [line];
    if (same(key, current)) {
      found = true;
      const comment = key.comment.split(/\s+/).includes(marker) ? key.comment : `${key.comment} ${marker}`.trim();
      return [line, `${key.options}${next.type} ${next.blob} ${comment}`];
    }
    const ours = same(key, next) || former.some((one) => same(one, key)) || key.comment.split(/\s+/).includes(marker);
    return ours ? [] : [line];
  });
  return found ? lines.join('\n') : undefined;
};

export const removeKey = (text: string, former: PublicKey): string =>
  text
    .split('\n')
    .filter((line) => {
      const key = parseLine(line);
      return !key || !same(key, former);
    })
    .join('\n');

export const hasKey = (text: string, wanted: PublicKey): boolean => parsePublicKeys(text).some((key) => same(key, wanted));
