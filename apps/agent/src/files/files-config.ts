import { readFileSync, statSync } from 'node:fs';
import { ConfigError } from '@strongroom/config';
import { Template, TemplateError } from '@strongroom/templates';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';

const VARIABLE = 'STRONGROOM_AGENT_FILES';
const MAX_BYTES = 1 << 20;
const MAX_FILES = 100;
/** In a template. */
const MAX_REFERENCES = 100;
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
    secret: z.string().min(1).max(2_048).optional(),
    template: z.string().min(1).optional(),
    templateFile: absolutePath.optional(),
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
  .refine(
    ({ secret, template, templateFile }) => [secret, template, templateFile].filter((one) => one !== undefined).length === 1,
    {
      error: 'must have one of secret, template and templateFile',
    },
  )
  .refine(
    ({ secret, versionStage, versionId, field, format }) =>
      secret !== undefined || ((versionStage ?? versionId ?? field) === undefined && format === 'value'),
    { error: 'must not have versionStage, versionId, field or format beside a template, whose references say it' },
  )
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

type WrittenDescription = z.infer<typeof fileShape>;

/** A file that is kept up to date: a secret, or a text with values of secrets. */
export type FileDescription = Omit<WrittenDescription, 'template' | 'templateFile'> & { template?: Template };

/**
 * The files that the configuration file lists, in YAML or JSON, with their templates.
 * @throws ConfigError that names each wrong place and its rule
 */
export function readFilesConfig(path: string): FileDescription[] {
  const refuse = (...rules: string[]): ConfigError => new ConfigError(rules.map((rule) => `${VARIABLE}: ${path}: ${rule}`));
  let content: unknown;
  try {
    content = parse(readBounded(path), { maxAliasCount: 0 });
  } catch (error) {
    if (error instanceof RangeError) throw refuse(error.message);
    if (error instanceof YAMLParseError) throw refuse(`line ${error.linePos?.[0].line ?? '?'} is no YAML (${error.code})`);
    throw refuse(`cannot be read (${(error as NodeJS.ErrnoException).code ?? 'no YAML without references'})`);
  }
  const read = configShape.safeParse(content);
  if (!read.success) throw refuse(...read.error.issues.map(({ path: at, message }) => `${placeOf(at)}: ${message}`));
  return read.data.files.map(({ template, templateFile, ...file }, at) => {
    if ((template ?? templateFile) === undefined) return file;
    try {
      return { ...file, template: templateOf(template ?? readBounded(templateFile!), templateFile ?? 'template') };
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw refuse(`files[${at}]: ${code === undefined ? message : `${templateFile} cannot be read (${code})`}`);
    }
  });
}

/** @throws RangeError if the file is too long; Error of the system */
function readBounded(path: string): string {
  if (statSync(path).size > MAX_BYTES) throw new RangeError(`must have at most ${MAX_BYTES} bytes`);
  return readFileSync(path, 'utf8');
}

/** @throws TemplateError */
function templateOf(text: string, name: string): Template {
  const template = Template.parse(text, name);
  const { length } = template.references;
  if (length >= 1 && length <= MAX_REFERENCES) return template;
  throw new TemplateError(
    `${name}: must have 1 to ${MAX_REFERENCES} references, such as {{ strongroom://prod/db#password }}; it has ${length}`,
  );
}

/** `files[0].mode`. */
const placeOf = (at: readonly PropertyKey[]): string =>
  at.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}${text && '.'}${String(part)}`),
    '',
  ) || 'the file';
