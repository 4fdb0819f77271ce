import { type PlainValue, ResourceExistsException, ResourceNotFoundException, type StrongroomClient } from '@strongroom/client';
import type { Cli } from '../../cli';
import { CliError, usageError } from '../../cli-error';
import { EXIT } from '../../exit-code';
import type { AddCommand } from '../../program';
import { readValue, withoutLineEnd } from '../../terminal/read-input';
import { examples } from '../examples';
import { collect } from '../options';
import { addPasswordOptions, checkPasswordOptions, type PasswordOptions, passwordRequest } from './password-options';
import { setField } from './set-field';
import { tag, type TagQuery } from './tag-text';
import { valueOf } from './value-text';

interface SetOptions extends PasswordOptions {
  file?: string;
  key?: string;
  binary?: boolean;
  exact?: boolean;
  value: boolean;
  stage?: string[];
  description?: string;
  kmsKeyId?: string;
  tag?: Required<TagQuery>[];
}

export const addSet: AddCommand = (program, cli) => {
  const command = program
    .command('set')
    .description('store a value: a new secret, or a new version of one that exists')
    .argument('<secret>', 'name or ARN')
    .option('-f, --file <path>', 'take the value from a file; - is standard input')
    .option('-k, --key <key>', 'set one field of a value that is a JSON object, and leave the others')
    .option('--binary', 'store the value as bytes, even if it is text')
    .option('--exact', 'keep the line end of a value of one line')
    .option('--no-value', 'store no value: only the description, the key and the tags')
    .option(
      '--stage <label>',
      'a staging label of the new version, in place of AWSCURRENT; several times: all of them',
      collect(),
    )
    .option('--description <text>', 'what it is for; not secret')
    .option('--kms-key-id <key>', 'the customer key that encrypts it: id, ARN or alias')
    .option('--tag <key=value>', 'a tag; several times: all of them', collect(tag));
  addPasswordOptions(command)
    .addHelpText(
      'after',
      examples(
        'set prod/api-key                              # asks for the value, twice',
        'set prod/tls.key --file tls.key',
        'jq -n \'{user: "app"}\' | strongroom set prod/db',
        'set prod/db --key password --generate --length 40',
      ),
    )
    .action(async (secretId: string, options: SetOptions) => {
      checkPasswordOptions(options);
      checkTogether(options);
      const strongroom = await cli.strongroom();
      if (!options.value) return storeWithoutValue(cli, strongroom, secretId, options);
      const value = await newValue(cli, strongroom, secretId, options);
      const stored = options.key === undefined ? await store(strongroom, secretId, value, options, cli) : undefined;
      const result = stored ?? (await setField(strongroom, { secretId, key: options.key!, field: textOf(value) }));
      // A new secret has them already, unless it began with a field.
      await addTags(strongroom, secretId, stored?.created ? [] : options.tag);
      const { created, versionId } = result;
      cli.printer.done(`${created ? 'Created' : 'Changed'} ${secretId}: version ${versionId}.`, {
        name: secretId,
        versionId,
        created,
      });
    });
};

/** What cannot go together, so that nothing that somebody asked for is left out silently. */
const checkTogether = ({ file, generate, value, key, binary, stage, description, kmsKeyId }: SetOptions): void => {
  if (generate && file !== undefined) throw usageError('--generate and --file: give one of the two.');
  if (!value && (generate || file !== undefined || key !== undefined || stage !== undefined)) {
    throw usageError('--no-value: goes with --description, --kms-key-id and --tag only.');
  }
  if (key === undefined) {
    if (stage !== undefined && (description !== undefined || kmsKeyId !== undefined)) {
      throw usageError(
        '--stage: does not go with --description or --kms-key-id.',
        'Give them in a command of their own, with --no-value.',
      );
    }
    return;
  }
  if (binary || stage !== undefined || description !== undefined || kmsKeyId !== undefined) {
    throw usageError('--key: does not go with --binary, --stage, --description or --kms-key-id.');
  }
};

const newValue = async (cli: Cli, { secrets }: StrongroomClient, secretId: string, options: SetOptions): Promise<PlainValue> => {
  if (options.generate) {
    const { randomPassword } = await secrets.getRandomPassword(passwordRequest(options), { signal: cli.signal });
    return { secretString: randomPassword };
  }
  const of = options.key === undefined ? secretId : `the key ${options.key} of ${secretId}`;
  const given = await readValue(cli.terminal, { file: options.file, prompt: `Value of ${of}:`, isNew: true });
  const fromFile = options.file !== undefined && options.file !== '-';
  const bytes = options.exact || fromFile ? given : withoutLineEnd(given);
  if (bytes.length === 0) throw usageError('The value is empty: it must have 1 to 65,536 bytes.');
  return valueOf(bytes, options.binary);
};

const textOf = ({ secretString }: PlainValue): string => {
  if (secretString === undefined) throw usageError('--key: the value of a field must be text.');
  return secretString;
};

interface Stored {
  versionId: string | undefined;
  created: boolean;
}

/** Another version of the secret if there is one, else a new secret; whichever the service says. */
const store = async (
  { secrets }: StrongroomClient,
  secretId: string,
  value: PlainValue,
  { value: hasValue, description, kmsKeyId, tag: tags, stage: versionStages }: SetOptions,
  { signal }: Cli,
): Promise<Stored> => {
  const change = (): Promise<{ versionId?: string }> => {
    if (description !== undefined || kmsKeyId !== undefined || !hasValue) {
      return secrets.updateSecret({ secretId, ...value, description, kmsKeyId }, { signal });
    }
    return secrets.putSecretValue({ secretId, ...value, versionStages }, { signal });
  };
  const create = () => {
    if (versionStages !== undefined)
      throw usageError(`--stage: ${secretId} does not exist, and its first version is AWSCURRENT.`);
    return secrets.createSecret({ name: secretId, ...value, description, kmsKeyId, tags }, { signal });
  };
  try {
    return { versionId: (await change()).versionId, created: false };
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException) || secretId.startsWith('arn:')) throw error;
  }
  try {
    return { versionId: (await create()).versionId, created: true };
  } catch (error) {
    // Somebody was faster.
    if (!(error instanceof ResourceExistsException)) throw error;
    return { versionId: (await change()).versionId, created: false };
  }
};

const storeWithoutValue = async (
  cli: Cli,
  strongroom: StrongroomClient,
  secretId: string,
  options: SetOptions,
): Promise<void> => {
  const { created } = await store(strongroom, secretId, {}, options, cli);
  await addTags(strongroom, secretId, created ? [] : options.tag);
  cli.printer.done(`${created ? 'Created' : 'Changed'} ${secretId}, without a value.`, { name: secretId, created });
};

/** @throws CliError that says what was done before it failed */
const addTags = async ({ secrets }: StrongroomClient, secretId: string, tags: SetOptions['tag'] = []): Promise<void> => {
  if (tags.length === 0) return;
  await secrets.tagResource({ secretId, tags }).catch((error: Error) => {
    throw new CliError(`The value of ${secretId} was stored, but not its tags: ${error.message}`, { exitCode: EXIT.incomplete });
  });
};
