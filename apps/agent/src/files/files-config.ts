import { readFileSync, statSync } from 'node:fs';
import { ConfigError } from '@strongroom/config';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';

const VARIABLE = 'STRONGROOM_AGENT_FILES';
const MAX_BYTES = 1 << 20;
const MAX_FILES = 100;
const MAX_COMMAND_SECONDS = 600;

/** What else signals may tell a program: to read its files again. */
const SIGNALS = ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGWINCH', 'SIGCONT'] as const;

const absolutePath = z.string().regex(/^\/(?:[^/\0]+\/)*[^/\0]+$/, 'must be an absolute path of a file');
const id = z.number().int().min(0).max(4_294_967_294);

const afterShape = z
  .strictObject({
    signal: z.enum(SIGNALS).optional(),
    pidFile: absolutePath.optional(),
    command: z.array(z.string().min(1).max(4_096)).min(1).max(100).optional(),
    timeoutSeconds: z.number().int().min(1).max(MAX_COMMAND_SECONDS).default(30),
  })
  .refine(({ signal, pidFile, command }) => (signal === undefined) === (pidFile === undefined) && (signal ?? command), {
    error: 'must have signal and pidFile, or command, or both',
  });

const fileShape = z
  .strictObject({
    path: absolutePath,
    secret: z.string().min(1).max(2_048),
    versionStage: z.string().min(1).max(256).optional(),
    versionId: z.string().min(1).max(64).optional(),
    field: z.string().min(1).max(1_024).optional(),
    format: z.enum(['value', 'json', 'envfile']).default('value'),
    mode: z
      .string()
      .regex(/^0[0-7]{3}$/, 'must be four octal digits in quotes, such as "0600"')
      .transform((text) => parseInt(text, 8))
      .refine((mode) => (mode & 0o007) === 0, { error: 'must give nothing to everybody: the last digit must be 0' })
      .default(0o600),
    uid: id.optional(),
    gid: id.optional(),
    onDisk: z.boolean().default(false),
    onLoss: z.enum(['remove', 'keep']).default('remove'),
    after: afterShape.optional(),
  })
  .refine(({ field, format }) => field === undefined || format === 'value', {
    path: ['field'],
    error: 'must not stand beside a format other than value',
  });

const configShape = z
  .strictObject({ files: z.array(fileShape).min(1).max(MAX_FILES) })
  .refine(({ files }) => new Set(files.map(({ path }) => path)).size === files.length, {
    path: ['files'],
    error: 'must not have the same path twice',
  });

/** What happens once a file has changed. */
export type AfterChange = z.infer<typeof afterShape>;

/** A file that is kept up to date. */
export type FileDescription = z.infer<typeof fileShape>;

/**
 * The files that the configuration file lists, in YAML or JSON.
 * @throws ConfigError that names each wrong place and its rule
 */
export function readFilesConfig(path: string): FileDescription[] {
  const refuse = (...rules: string[]): ConfigError => new ConfigError(rules.map((rule) => `${VARIABLE}: ${path}: ${rule}`));
  let content: unknown;
  try {
    if (statSync(path).size > MAX_BYTES) throw refuse(`must have at most ${MAX_BYTES} bytes`);
    content = parse(readFileSync(path, 'utf8'), { maxAliasCount: 0 });
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    if (error instanceof YAMLParseError) throw refuse(`line ${error.linePos?.[0].line ?? '?'} is no YAML (${error.code})`);
    throw refuse(`cannot be read (${(error as NodeJS.ErrnoException).code ?? 'no YAML without references'})`);
  }
  const read = configShape.safeParse(content);
  if (read.success) return read.data.files;
  throw refuse(...read.error.issues.map(({ path: at, message }) => `${placeOf(at)}: ${message}`));
}

/** `files[0].mode`. */
const placeOf = (at: readonly PropertyKey[]): string =>
  at.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}${text && '.'}${String(part)}`),
    '',
  ) || 'the file';
