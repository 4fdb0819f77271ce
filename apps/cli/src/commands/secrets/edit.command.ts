import type { SecretVersion, StrongroomClient } from '@strongroom/client';
import type { Cli } from '../../cli';
import { CliError, usageError } from '../../cli-error';
import { EXIT } from '../../exit-code';
import type { AddCommand } from '../../program';
import { confirmed } from '../../terminal/ask';
import { examples } from '../examples';
import { diffValues } from './diff-values';
import { editableText } from './editable-text';
import { type Editor, editorOf } from './editor';
import { ChangedMeanwhile, replaceCurrent } from './replace-current';

export const addEdit: AddCommand = (program, cli) => {
  program
    .command('edit')
    .description('edit a value in $VISUAL or $EDITOR; the file is in memory, and gone afterwards')
    .argument('<secret>', 'name or ARN')
    .option('--allow-disk', 'edit on a disk if nothing of this machine is in memory')
    .addHelpText('after', examples('edit prod/db', 'edit prod/db --profile staging'))
    .action(async (secretId: string, options: { allowDisk?: boolean }) => {
      const strongroom = await cli.strongroom();
      const base = await textVersion(cli, strongroom, secretId);
      const versionId = await edit(cli, strongroom, base, editorOf(cli.terminal, options));
      if (versionId === undefined) return cli.printer.done('Nothing was changed.', { name: base.name, changed: false });
      cli.printer.done(`Changed ${base.name}: version ${versionId}.`, { name: base.name, versionId, changed: true });
    });
};

type TextVersion = SecretVersion & { secretString: string };

const textVersion = async ({ signal }: Cli, { secrets }: StrongroomClient, secretId: string): Promise<TextVersion> => {
  const version = await secrets.getSecretValue({ secretId }, { signal });
  if (version.secretString !== undefined) return version as TextVersion;
  throw usageError(`The value of ${version.name} is binary.`, 'Use `strongroom get` and `strongroom set --file`.');
};

/** Until the text is stored, or given up. @returns the new version; undefined if nothing was changed */
const edit = async (cli: Cli, strongroom: StrongroomClient, first: TextVersion, editor: Editor): Promise<string | undefined> => {
  const text = editableText(first.secretString);
  const fileName = `${first.name.replaceAll(/[^A-Za-z0-9._-]/g, '_').slice(-80)}.${text.extension}`;
  let base = first;
  for (let shown = text.shown; ;) {
    shown = await editor(shown, fileName);
    const secretString = text.back(shown);
    if (secretString === base.secretString) return undefined;
    const problem = text.problemOf(shown);
    if (problem !== undefined) {
      await againOr(cli, problem, EXIT.usage);
      continue;
    }
    try {
      return await replaceCurrent(strongroom, { secretId: base.arn, base: base.versionId, value: { secretString } });
    } catch (error) {
      if (!(error instanceof ChangedMeanwhile)) throw error;
      const present = await textVersion(cli, strongroom, base.arn);
      await againOr(cli, `${base.name} has changed meanwhile (${meanwhile(base, present)}).`, EXIT.conflict);
      base = present;
    }
  }
};

/** The person's text is in memory alone, so it goes on in the editor or is lost. @throws CliError if the person gives up */
const againOr = async (cli: Cli, problem: string, exitCode: typeof EXIT.usage | typeof EXIT.conflict): Promise<void> => {
  // --yes does not answer this: an editor that is a program would be started for ever.
  const goesOn = cli.terminal.stdin.isTTY && (await confirmed(cli.terminal, `${problem} Edit your text again?`, false));
  if (!goesOn) throw new CliError(`${problem} Nothing was stored.`, { exitCode });
};

/** What others did, by key. */
const meanwhile = (base: TextVersion, present: TextVersion): string =>
  diffValues(base, present)
    .filter(({ change }) => change !== 'same')
    .map(({ key, change }) => (key === '' ? `the value was ${change}` : `${key} was ${change}`))
    .join(', ') || 'to the same value';
