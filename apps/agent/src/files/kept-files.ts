import { dirname } from 'node:path';
import { ConfigError } from '@strongroom/config';
import { isMemoryFolder } from '@strongroom/files';
import type { FileDescription } from './files-config';
import { type FileState, KeptFile, type KeptFileOptions } from './kept-file';

/** Files that programs read, kept up to date. */
export class KeptFiles {
  private constructor(private readonly files: readonly KeptFile[]) {}

  /**
   * Resolves once each file has been tried.
   * @throws ConfigError that names each file whose folder is not there, or not in memory
   */
  static async start(
    descriptions: readonly FileDescription[],
    options: Omit<KeptFileOptions, 'description'>,
  ): Promise<KeptFiles> {
    const problems = descriptions.flatMap(({ path, onDisk }) => problemOf(path, onDisk));
    if (problems.length > 0) throw new ConfigError(problems);
    const files = descriptions.map((description) => new KeptFile({ ...options, description }));
    await Promise.all(files.map((file) => file.start()));
    return new KeptFiles(files);
  }

  /** How many are in this state. */
  count(state: FileState): number {
    return this.files.filter((file) => file.state === state).length;
  }

  async close(): Promise<void> {
    await Promise.all(this.files.map((file) => file.close()));
  }
}

function problemOf(path: string, onDisk: boolean): string[] {
  const folder = dirname(path);
  try {
    if (isMemoryFolder(folder) || onDisk) return [];
    return [`STRONGROOM_AGENT_FILES: ${path}: must be in memory, such as on a tmpfs; onDisk: true allows it all the same`];
  } catch (error) {
    return [`STRONGROOM_AGENT_FILES: ${path}: its folder cannot be used (${(error as NodeJS.ErrnoException).code})`];
  }
}
