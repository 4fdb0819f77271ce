import { HTTP } from '@strongroom/bounds';
import { serialization } from '../aws-error';

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Counts the values that a parser would create, without creating them.
 * @throws AwsError SerializationException for JSON that is too deep or has too many values
 */
export function requireBoundedJson(body: Uint8Array): void {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < body.length; at++) {
    switch (body[at]!) {
      case QUOTE:
        at = endOfString(body, at);
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        values++;
        if (++depth > HTTP.jsonDepth) throw serialization(`The request body must have at most ${HTTP.jsonDepth} levels`);
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth--;
        break;
      case COMMA:
        values++;
        break;
    }
    if (values > HTTP.jsonValues) throw serialization(`The request body must have at most ${HTTP.jsonValues} values`);
  }
}

/** The end of the string that begins at `start`. */
function endOfString(body: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1;
  return at;
}
