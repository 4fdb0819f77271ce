import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { isInstalled } from '@strongroom/local-cluster';

const VERSION = 'v1.9.4';
const FOLDER = resolve('dist/tools/go');

/**
 * The real grpcurl, built once by Go into the ignored `dist/`; undefined, with a line that says why, where that cannot be done.
 */
export function findGrpcurl(): string | undefined {
  const program = `${FOLDER}/grpcurl`;
  if (existsSync(program)) return program;
  if (!isInstalled('go')) return skipped('go is not installed');
  try {
    execFileSync('go', ['install', `github.com/fullstorydev/grpcurl/cmd/grpcurl@${VERSION}`], {
      env: { ...process.env, GOBIN: FOLDER },
      stdio: 'ignore',
      timeout: 240_000,
    });
    return program;
  } catch {
    return skipped('go cannot install it here');
  }
}

function skipped(reason: string): undefined {
  process.stderr.write(`skipped: the tests with grpcurl, since ${reason}\n`);
}
