import type { SecretVersion } from '@strongroom/client';
import { keyOf, type Template, TemplateError, valueOf } from '@strongroom/templates';
import type { SecretReference } from '../secrets/secret-source';
import { ContentError, fileContent } from './file-content';
import type { FileDescription } from './files-config';

/** Which secrets a file is made of, and how. */
export interface FileRecipe {
  readonly references: readonly SecretReference[];
  /**
   * @param versions one for each reference
   * @throws ContentError
   */
  readonly make: (versions: readonly SecretVersion[]) => Buffer;
}

export function recipeOf({ secret, versionStage, versionId, template, ...how }: FileDescription): FileRecipe {
  if (template !== undefined) return ofTemplate(template);
  const reference = { secretId: secret!, ...(versionStage && { versionStage }), ...(versionId && { versionId }) };
  return { references: [reference], make: ([version]) => fileContent(version!, how) };
}

function ofTemplate(template: Template): FileRecipe {
  // Two fields of one secret are one reading of it.
  const byKey = new Map(template.references.map(({ field: _, ...version }) => [keyOf(version), version]));
  const keys = [...byKey.keys()];
  return {
    references: [...byKey.values()],
    make(versions) {
      try {
        return template.render((reference) => valueOf(versions[keys.indexOf(keyOf(reference))]!, reference));
      } catch (error) {
        if (error instanceof TemplateError) throw new ContentError(error.message);
        throw error;
      }
    },
  };
}
