import { inRange, secretTexts } from '@strongroom/field-rules';
import { idOf } from './hashing/digest';
import type { SourceVersion } from './source';

/** The ids that the versions of one secret get here. The same version of the same source always gets the same id. */
export class VersionIds {
  /**
   * @param sourceId `id` of the source
   * @param sourceName the secret's name there
   * @param successorOf the version that a value without a version of its own follows; empty: none. So a value that a file has
   *   after another one is a new version, and one that two imports write at the same time is the same one.
   */
  constructor(
    private readonly sourceId: string,
    private readonly sourceName: string,
    private readonly successorOf: string,
  ) {}

  of({ id, keepId }: SourceVersion): string {
    if (id === undefined) return idOf('value', this.sourceId, this.sourceName, this.successorOf);
    if (keepId && inRange(secretTexts.versionId, id.length)) return id;
    return idOf('version', this.sourceId, this.sourceName, id);
  }
}
