import { diffTexts, fieldsOfText, type KeyDifference, objectOf, withField, withoutField } from '@strongroom/secret-values';

/** What a value looks like to people. */
export type ValueShape = 'fields' | 'text' | 'binary';

export const shapeOf = (text: string | undefined): ValueShape =>
  text === undefined ? 'binary' : fieldsOfText(text) === undefined ? 'text' : 'fields';

/** What saving a draft changes, by key. */
export const changesOf = (base: string | undefined, draft: string): KeyDifference[] => {
  if (base === undefined) {
    const fields = fieldsOfText(draft);
    return fields === undefined || fields.length === 0
      ? [{ key: '', change: 'added' }]
      : fields.map(({ key }) => ({ key, change: 'added' as const }));
  }
  return diffTexts(base, draft).filter(({ change }) => change !== 'same');
};

export interface Merged {
  text: string;
  /** Keys that both sides changed, to different values; the draft's stands in the text. */
  contested: readonly string[];
}

/**
 * Brings the changes of a draft into the value that somebody else stored meanwhile, field by field.
 * @returns undefined if one of the three is no JSON object: then only a person can decide
 */
export const mergeDraft = (base: string, draft: string, theirs: string): Merged | undefined => {
  const [was, mine, now] = [base, draft, theirs].map((text) => (objectOf(text) === undefined ? undefined : rawFields(text)));
  if (was === undefined || mine === undefined || now === undefined) return undefined;
  let text = theirs;
  const contested: string[] = [];
  for (const key of new Set([...was.keys(), ...mine.keys()])) {
    const [before, wanted, present] = [was.get(key), mine.get(key), now.get(key)];
    if (isSame(before, wanted)) continue;
    if (!isSame(before, present) && !isSame(wanted, present)) contested.push(key);
    text =
      wanted === undefined
        ? withoutField(text, key)
        : wanted.isString
          ? withField(text, key, wanted.text)
          : withRaw(text, key, wanted.text);
  }
  return { text, contested };
};

interface Raw {
  text: string;
  isString: boolean;
}

const rawFields = (text: string): Map<string, Raw> | undefined => {
  const fields = fieldsOfText(text);
  return fields && new Map(fields.map(({ key, ...raw }) => [key, raw]));
};

const isSame = (a: Raw | undefined, b: Raw | undefined): boolean => a?.text === b?.text && a?.isString === b?.isString;

/** A field that is no string: its JSON takes the place of a mark that nothing else in the text can be. */
const withRaw = (text: string, key: string, json: string): string => {
  const mark = `mark-${crypto.randomUUID()}`;
  return withField(text, key, mark).replace(JSON.stringify(mark), () => json);
};

/** What an editor begins with. `text` undefined: the person has not read the present value. */
export interface EditorStart {
  base: string | undefined;
  text: string | undefined;
}
