import { inRange, lengthOf, obeys, secretNumbers, secretTexts, type TextRule } from '@strongroom/field-rules';
import { sizeOf, type SourceSecret } from './source';

/** The most tags of a secret. */
const MAX_TAGS = 50;

/** Why the secret cannot be kept here as it is: the first rule that it breaks; undefined if it can. Never shows a value. */
export const faultOfSecret = ({ versions, description, tags, resourcePolicy }: SourceSecret): string | undefined => {
  for (const { value } of versions) {
    const size = sizeOf(value);
    if (size === 0) return 'Its value is empty: a value must have 1 to 65,536 bytes.';
    if (!inRange(secretNumbers.valueSize, size)) return `Its value has ${size} bytes: the most is 65,536.`;
  }
  if (description !== undefined && !obeys(secretTexts.description, description))
    return tooLong('description', secretTexts.description);
  if (resourcePolicy !== undefined && !obeys(secretTexts.resourcePolicy, resourcePolicy)) {
    return tooLong('resource policy', secretTexts.resourcePolicy);
  }
  const fault = tags && faultOfTags(tags);
  return fault && `${fault} --no-tags leaves all tags behind.`;
};

const tooLong = (what: string, { max }: TextRule): string => `Its ${what} has more than ${max} characters.`;

const faultOfTags = (tags: ReadonlyMap<string, string>): string | undefined => {
  if (tags.size > MAX_TAGS) return `It has ${tags.size} tags: the most is ${MAX_TAGS}.`;
  const folded = new Set<string>();
  for (const [key, value] of tags) {
    if (!obeys(secretTexts.tagKey, key) || key.trim() !== key || key.toLowerCase().startsWith('aws:')) {
      return `The key of its tag "${key.slice(0, 40)}" must have 1 to 128 characters, no white space around it, and not begin with aws:.`;
    }
    if (!obeys(secretTexts.tagValue, value)) {
      return `Its tag "${key}" has ${lengthOf(value)} characters: a tag's value must have at most ${secretTexts.tagValue.max}.`;
    }
    if (folded.has(key.toLowerCase())) return `It has the tag "${key}" twice, apart from upper and lower case.`;
    folded.add(key.toLowerCase());
  }
  return undefined;
};
