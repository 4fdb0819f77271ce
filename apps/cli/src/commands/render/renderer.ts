import type { SecretVersion } from '@strongroom/client';
import { keyOf, type SecretReference, Template, valueOf } from '@strongroom/templates';
import { asUsageError } from '../../environment/environment-plan';
import type { SecretSource } from '../../values/secret-source';

/** What stands for a value where people look. */
const MASK = '********';

/** A template, and where its values come from. Errors are CliErrors that name line and column, and no value. */
export class Renderer {
  private constructor(
    private readonly template: Template,
    private readonly source: SecretSource,
  ) {}

  static of(text: string, name: string, source: SecretSource): Renderer {
    try {
      return new Renderer(Template.parse(text, name), source);
    } catch (error) {
      throw asUsageError(error);
    }
  }

  get references(): readonly SecretReference[] {
    return this.template.references;
  }

  /** @param masked with something in place of each value, once it has been checked that all are there */
  async render({ masked = false } = {}): Promise<Buffer> {
    const versions = await this.source.read(this.template.references);
    const versionOf = (reference: SecretReference): SecretVersion => versions.get(keyOf(reference))!;
    try {
      const rendered = this.template.render((reference) => valueOf(versionOf(reference), reference));
      return masked ? this.template.masked(MASK) : rendered;
    } catch (error) {
      throw asUsageError(error);
    }
  }
}
