/** What a reference begins with where it stands in a text: `strongroom://prod/db#password`. */
export const SCHEME = 'strongroom://';

/** A version of a secret. */
export interface VersionName {
  /** Name or ARN. */
  secretId: string;
  /** Default: AWSCURRENT. */
  versionStage?: string;
  versionId?: string;
}

/** A version of a secret, or one field of its JSON. */
export interface SecretReference extends VersionName {
  /** A key of a JSON object, or a JSON pointer (RFC 6901) to what lies deeper: `/database/password`. Default: the whole value. */
  field?: string;
}

const SECRET_ID = /^[A-Za-z0-9/_+=.@!:-]{1,2048}$/;
const OPTIONS: Readonly<Record<string, 'versionStage' | 'versionId'>> = { stage: 'versionStage', version: 'versionId' };

/**
 * Reads `strongroom://<name or ARN>[?stage=<label>|?version=<id>][#<field>]`, with or without what it begins with. Percent signs
 * escape, as in every URL.
 *
 * @throws RangeError that says which rule the reference breaks
 */
export const parseReference = (text: string): SecretReference => {
  const [, secretId = '', query, fragment] = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(withoutScheme(text))!;
  if (!SECRET_ID.test(secretId)) {
    throw new RangeError(`"${text}" must name a secret: letters, digits and /_+=.@-, or an ARN`);
  }
  if (fragment === '') throw new RangeError(`"${text}" must have a key after #`);
  return { secretId, ...optionOf(text, query), ...(fragment !== undefined && { field: decoded(text, fragment) }) };
};

const withoutScheme = (text: string): string => (text.startsWith(SCHEME) ? text.slice(SCHEME.length) : text);

const optionOf = (text: string, query: string | undefined): Omit<VersionName, 'secretId'> => {
  if (query === undefined) return {};
  const [, name = '', value = ''] = /^([a-z]+)=([^&]+)$/.exec(query) ?? [];
  if (!Object.hasOwn(OPTIONS, name)) throw new RangeError(`"${text}": after ? must come stage=<label> or version=<id>`);
  return { [OPTIONS[name]!]: decoded(text, value) };
};

const decoded = (text: string, part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new RangeError(`"${text}": a % must be followed by two hexadecimal digits`);
  }
};

/** Of a version, for maps and messages: `prod/db`, `prod/db?stage=AWSPREVIOUS`. */
export const keyOf = ({ secretId, versionStage, versionId }: VersionName): string => {
  if (versionId !== undefined) return `${secretId}?version=${versionId}`;
  return versionStage === undefined || versionStage === 'AWSCURRENT' ? secretId : `${secretId}?stage=${versionStage}`;
};

/** As people write it, without what it begins with. */
export const referenceText = (reference: SecretReference): string =>
  reference.field === undefined ? keyOf(reference) : `${keyOf(reference)}#${reference.field}`;
