import { parseReference, SCHEME, type SecretReference } from './secret-reference';
import { applyFilters, filterNames } from './filters';

/** What is wrong with a template, and where; never a value. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

interface Placeholder {
  reference: SecretReference;
  filters: string[];
  /** Of its first brace, from 1. */
  line: number;
  column: number;
}

const OPEN = '{{';
const CLOSE = '}}';
const MAX_LENGTH = 2 ** 20;

/**
 * A text with places for values: `{{ strongroom://prod/db#password | json }}`. Braces around anything else are left as they are,
 * because templates of other languages have them too.
 */
export class Template {
  private constructor(
    /** For errors. */
    private readonly name: string,
    private readonly parts: readonly (string | Placeholder)[],
  ) {}

  /** @throws TemplateError that names line and column */
  static parse(text: string, name: string): Template {
    if (text.length > MAX_LENGTH) throw new TemplateError(`${name}: a template must have at most ${MAX_LENGTH} characters`);
    const parts: (string | Placeholder)[] = [];
    let from = 0;
    for (const { index, 0: beginning } of text.matchAll(/\{\{\s*strongroom:/gi)) {
      if (index < from) continue;
      const place = placeOf(text, index);
      const fail = (rule: string) => new TemplateError(`${name}:${place.line}:${place.column}: ${rule}`);
      const end = text.indexOf(CLOSE, index + beginning.length);
      if (end === -1) throw fail(`${OPEN} must be closed by ${CLOSE}`);
      const [source = '', ...filters] = text
        .slice(index + OPEN.length, end)
        .split('|')
        .map((part) => part.trim());
      if (!source.startsWith(SCHEME) || /\s/.test(source)) throw fail(`a reference must look like ${SCHEME}prod/db#password`);
      const unknown = filters.find((filter) => !filterNames.includes(filter));
      if (unknown !== undefined) throw fail(`no filter is called "${unknown}"; there are ${filterNames.join(', ')}`);
      parts.push(text.slice(from, index), { reference: referenceOf(source, fail), filters, ...place });
      from = end + CLOSE.length;
    }
    parts.push(text.slice(from));
    return new Template(name, parts);
  }

  /** In the order of the text; one that stands twice is there twice. */
  get references(): SecretReference[] {
    return this.placeholders.map(({ reference }) => reference);
  }

  /** Puts values in. @throws TemplateError that names line and column */
  render(valueOf: (reference: SecretReference) => string | Buffer): Buffer {
    return Buffer.concat(this.parts.map((part) => Buffer.from(typeof part === 'string' ? part : this.fill(part, valueOf))));
  }

  /** With this in place of each value, whatever its filters. */
  masked(mask: string): Buffer {
    return Buffer.from(this.parts.map((part) => (typeof part === 'string' ? part : mask)).join(''));
  }

  private fill(placeholder: Placeholder, valueOf: (reference: SecretReference) => string | Buffer): string | Buffer {
    try {
      return applyFilters(valueOf(placeholder.reference), placeholder.filters);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new TemplateError(`${this.name}:${placeholder.line}:${placeholder.column}: ${error.message}`, { cause: error });
    }
  }

  private get placeholders(): Placeholder[] {
    return this.parts.filter((part) => typeof part !== 'string');
  }
}

const placeOf = (text: string, index: number): { line: number; column: number } => {
  const before = text.slice(0, index).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
};

const referenceOf = (source: string, fail: (rule: string) => Error): SecretReference => {
  try {
    return parseReference(source);
  } catch (error) {
    throw fail((error as Error).message);
  }
};
