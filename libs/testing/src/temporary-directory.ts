import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder (mode 0700) below the system's temporary one, and a way to remove it. */
export const temporaryDirectory = (purpose: string): { path: string; remove(): void } => {
  const path = mkdtempSync(join(tmpdir(), `strongroom-${purpose}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};
