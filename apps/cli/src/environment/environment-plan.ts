import type { SecretVersion } from '@strongroom/client';
import {
  fieldsOf,
  keyOf,
  parseReference,
  type SecretReference,
  type Template,
  TemplateError,
  valueOf,
} from '@strongroom/templates';
import { usageError } from '../cli-error';
import type { Versions } from '../values/secret-source';
import { parseEnvFile } from './env-file';
import { derivedVariableName, type NameCase, requireVariableName, requireVariableValue } from './variable-name';

/** Where variables come from. `origin` says it to people. */
type Source = { origin: string } & (
  | { kind: 'reference'; name: string; reference: SecretReference }
  | { kind: 'template'; name: string; template: Template }
  | { kind: 'object'; reference: SecretReference }
  | { kind: 'prefix'; prefix: string }
);

/** What the command line says of variables. */
export interface MappingFlags {
  /** `NAME=reference`, or a reference to an object of JSON. */
  secret?: readonly string[];
  /** Beginnings of names of secrets. */
  prefix?: readonly string[];
  /** Texts of environment files, by the file's name. */
  envFiles?: readonly { file: string; text: string }[];
  case: NameCase;
  envPrefix?: string;
}

const MAPPING = /^([^=/:#?]+)=(.*)$/s;

/**
 * Which variables a program gets, and from which secrets. What can be checked without a value is checked when the plan is made:
 * names and references. What breaks a rule throws a RangeError or TemplateError that names the variable and the rule.
 */
export class EnvironmentPlan {
  private constructor(
    private readonly sources: readonly Source[],
    private readonly flags: MappingFlags,
  ) {}

  static of(flags: MappingFlags): EnvironmentPlan {
    if (flags.envPrefix) requireVariableName(flags.envPrefix);
    const plan = new EnvironmentPlan(
      [
        ...(flags.envFiles ?? []).flatMap(({ file, text }) =>
          parseEnvFile(text, file).map((variable): Source => ({ kind: 'template', ...variable })),
        ),
        ...(flags.secret ?? []).map(sourceOf),
        ...(flags.prefix ?? []).map((prefix): Source => ({ kind: 'prefix', prefix, origin: `--prefix ${prefix}` })),
      ],
      flags,
    );
    const named = new Variables();
    for (const source of plan.sources) if ('name' in source) named.add(source.name, '', source.origin);
    return plan;
  }

  /** What must be read, beside what is below the prefixes. */
  get references(): SecretReference[] {
    return this.sources.flatMap((source) => {
      if (source.kind === 'template') return source.template.references;
      return source.kind === 'prefix' ? [] : [source.reference];
    });
  }

  get prefixes(): string[] {
    return this.sources.flatMap((source) => (source.kind === 'prefix' ? [source.prefix] : []));
  }

  /** The variables, from the versions that were read. @param below the names of secrets by their prefix */
  variables(versions: Versions, below: ReadonlyMap<string, readonly string[]>): Record<string, string> {
    const variables = new Variables();
    for (const source of this.sources) {
      for (const [name, value] of this.variablesOf(source, versions, below)) {
        variables.add(name, requireVariableValue(name, value), source.origin);
      }
    }
    return variables.values;
  }

  private variablesOf(
    source: Source,
    versions: Versions,
    below: ReadonlyMap<string, readonly string[]>,
  ): (readonly [name: string, value: string | Buffer])[] {
    const versionOf = (reference: SecretReference): SecretVersion => versions.get(keyOf(reference))!;
    switch (source.kind) {
      case 'reference':
        return [[source.name, valueOf(versionOf(source.reference), source.reference)]];
      case 'template':
        return [[source.name, textOf(source.template, (reference) => valueOf(versionOf(reference), reference))]];
      case 'object':
        return fieldsOf(versionOf(source.reference), source.reference).map(([key, text]) => [this.derived(key, source), text]);
      case 'prefix':
        return below.get(source.prefix)!.map((secretId) => {
          const lastPart = secretId.slice(secretId.lastIndexOf('/') + 1);
          return [this.derived(lastPart, source), valueOf(versionOf({ secretId }), { secretId })];
        });
    }
  }

  private derived(from: string, { origin }: Source): string {
    try {
      return derivedVariableName(from, { nameCase: this.flags.case, prefix: this.flags.envPrefix ?? '' });
    } catch (error) {
      throw new RangeError(`${origin}: ${(error as Error).message}`);
    }
  }
}

/** Variables by name, each from one place. */
class Variables {
  private readonly origins = new Map<string, string>();
  private readonly texts = new Map<string, string>();

  get values(): Record<string, string> {
    return Object.fromEntries(this.texts);
  }

  add(name: string, value: string, origin: string): void {
    const earlier = this.origins.get(name);
    if (earlier !== undefined) throw new RangeError(`${name} is set twice, by ${earlier} and by ${origin}`);
    this.origins.set(name, origin);
    this.texts.set(name, value);
  }
}

const sourceOf = (text: string): Source => {
  const [, name, value] = MAPPING.exec(text) ?? [];
  const origin = `--secret ${text}`;
  if (name === undefined) {
    const reference = parseReference(text);
    if (reference.field === undefined) return { kind: 'object', reference, origin };
    throw new RangeError(`${origin}: a field needs a variable, as in --secret NAME=${text}`);
  }
  try {
    return { kind: 'reference', name: requireVariableName(name), reference: parseReference(value!), origin };
  } catch (error) {
    throw new RangeError(`${origin}: ${(error as Error).message}`);
  }
};

/** A variable that is binary has its bytes in base64, which the template says. */
const textOf = (template: Template, value: (reference: SecretReference) => string | Buffer): string | Buffer => {
  const rendered = template.render(value);
  const text = rendered.toString();
  return Buffer.from(text).equals(rendered) ? text : rendered;
};

/** Errors of plans and templates are the user's to mend. @throws CliError in their place */
export const asUsageError = (error: unknown): unknown =>
  error instanceof RangeError || error instanceof TemplateError ? usageError(error.message) : error;
