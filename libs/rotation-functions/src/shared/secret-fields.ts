import type { SecretValue } from '@strongroom/envelope';
import { invalidRequest } from '@strongroom/errors';
import { editFields } from './json-edit';
import type { RotatingSecret, RotatingVersion, RotationStage } from './rotating-secret.port';

/**
 * A secret's value as the JSON object that rotation functions understand, after AWS's conventions. Every failure is an
 * InvalidRequestException that names the field and the rule and never what the field holds.
 */
export class SecretFields {
  private constructor(
    private readonly source: string,
    private readonly fields: Readonly<Record<string, unknown>>,
    /** What messages call the secret, such as `AWSCURRENT` or `the superuser's secret`. */
    readonly of: string,
  ) {}

  static parse(value: SecretValue, of: string): SecretFields {
    const fields = SecretFields.parseIfObject(value, of);
    if (!fields) throw invalidRequest(`The SecretString of ${of} must be a JSON object.`);
    return fields;
  }

  /** Undefined when the value is anything but a JSON object. */
  static parseIfObject(value: SecretValue, of: string): SecretFields | undefined {
    if (value.kind !== 'string') return undefined;
    const fields = parseObject(value.text);
    return fields && new SecretFields(value.text, fields, of);
  }

  has(name: string): boolean {
    return this.fields[name] !== undefined && this.fields[name] !== null;
  }

  /** A string of at least one character. */
  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) throw this.wrong(name, 'is required');
    return value;
  }

  /** Undefined when the field is absent or null. */
  optionalText(name: string): string | undefined {
    if (!this.has(name)) return undefined;
    const value = this.fields[name];
    if (typeof value !== 'string' || value === '') throw this.wrong(name, 'must be a string that is not empty');
    return value;
  }

  /** One of a few words, whatever its case. */
  word<T extends string>(name: string, allowed: readonly T[]): T {
    const value = this.text(name).toLowerCase();
    const word = allowed.find((one) => one === value);
    if (!word) throw this.wrong(name, `must be ${allowed.map((one) => `"${one}"`).join(' or ')}`);
    return word;
  }

  /** A TCP port: a number or, as AWS's consoles write it, its digits in a string. */
  port(name: string, standard: number): number {
    return this.integer(name, { min: 1, max: 65_535, standard });
  }

  /** A whole number, or its digits in a string; `standard` when the field is absent or null. */
  integer(name: string, { min, max, standard }: { min: number; max: number; standard: number }): number {
    if (!this.has(name)) return standard;
    const value = this.fields[name];
    const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isInteger(number) || number < min || number > max) {
      throw this.wrong(name, `must be a whole number from ${min} to ${max}`);
    }
    return number;
  }

  /** `true`, `false`, or either in a string; undefined when the field is absent or null. */
  flag(name: string): boolean | undefined {
    if (!this.has(name)) return undefined;
    const value = this.fields[name];
    if (value === true || value === 'true') return true;
    if (value === false || value === 'false') return false;
    throw this.wrong(name, 'must be true or false');
  }

  /** The error of a field that breaks a rule: `wrong('port', 'must be …')`. @param advice a sentence, or none */
  wrong(name: string, rule: string, advice = ''): Error {
    return invalidRequest(`The field "${name}" of ${this.of} ${rule}. ${advice}`.trimEnd(), { metadata: { field: name } });
  }

  /**
   * The value with some fields replaced, or taken out where they are undefined; all else in it is, byte for byte, what it was.
   */
  with(changes: Readonly<Record<string, string | undefined>>): SecretValue {
    return { kind: 'string', text: editFields(this.source, changes) };
  }
}

const parseObject = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    // The parser's own message quotes the text.
    return undefined;
  }
};

/** The fields of a version; undefined when no version has the label or it has no value yet. */
export const findFields = async (secret: RotatingSecret, stage: RotationStage): Promise<SecretFields | undefined> => {
  const version = await secret.read(stage);
  return version && SecretFields.parse(version.value, stage);
};

/** The fields of a version that the step cannot do without. */
export const requireFields = async (secret: RotatingSecret, stage: RotationStage): Promise<SecretFields> =>
  SecretFields.parse((await requireVersion(secret, stage)).value, stage);

export const requireVersion = async (secret: RotatingSecret, stage: RotationStage): Promise<RotatingVersion> => {
  const version = await secret.read(stage);
  if (!version) throw invalidRequest(`The secret has no ${stage} version with a value.`);
  return version;
};

/** The superuser's secret that the field `masterarn` names. */
export const readMasterFields = async (secret: RotatingSecret, current: SecretFields): Promise<SecretFields> =>
  SecretFields.parse((await secret.readMaster(current.text('masterarn'))).value, "the superuser's secret (masterarn)");
