import { existsSync, fstatSync } from 'node:fs';
import type { Cli } from '../../cli';
import { CliError, usageError } from '../../cli-error';
import { EXIT } from '../../exit-code';
import type { AddCommand } from '../../program';
import type { Terminal } from '../../terminal/terminal';
import { Exporter } from '../../transfer/export/exporter';
import { Progress } from '../../transfer/support/progress';
import { examples } from '../examples';
import { collect, concurrencyOption } from '../import/import-options';

interface ExportOptions {
  to?: string;
  recipient?: string[];
  recipientsFile?: string[];
  plaintext?: boolean;
  concurrency: number;
}

export const addExport: AddCommand = (program, cli, setExitCode) => {
  program
    .command('export')
    .description('write secrets with all their versions to a file that only the holder of a key can read')
    .argument('[prefix]', 'only secrets whose name begins so')
    .option('--to <file>', 'the file; - is standard output')
    .option('--recipient <key>', 'public key of age (age1…) that the file is encrypted to; may be repeated', collect)
    .option('--recipients-file <file>', 'public keys, one a line; may be repeated', collect)
    .option('--plaintext', 'do not encrypt; goes only into a pipe')
    .addOption(concurrencyOption('secrets', 8))
    .addHelpText(
      'after',
      `
It holds values, labels, descriptions, tags, resource policies, keys' ARNs and how secrets rotate.
\`strongroom import FILE --identity KEY\` brings them back. It ends with 7 if some could not be read.
${examples(
  'export --to backup.age --recipient age1…',
  'export prod/ --to prod.age --recipients-file team.txt',
  'export prod/ --plaintext | jq -r "select(.secret).secret.name"',
)}`,
    )
    .action(async (prefix: string | undefined, options: ExportOptions) => {
      const write = options.plaintext ? await plaintextWriter(cli, options) : await encryptedWriter(cli, options);
      if (write === undefined) {
        setExitCode(EXIT.failure);
        cli.printer.note('Nothing was exported.');
        return;
      }
      await runExport(cli, prefix, options, write, () => setExitCode(EXIT.incomplete));
    });
};

/** Takes the bytes of the document to their place. */
type Write = (bytes: AsyncIterable<Uint8Array>) => Promise<void>;

const runExport = async (
  cli: Cli,
  prefix: string | undefined,
  { to, concurrency }: ExportOptions,
  write: Write,
  incomplete: () => void,
): Promise<void> => {
  const { printer, terminal, signal } = cli;
  const { secrets } = await cli.strongroom();
  const { writeDocument } = await import('../../transfer/export/document');
  const exporter = new Exporter({ secrets, prefix, concurrency, signal });
  const progress = new Progress(terminal);
  const lines = exporter.lines(new Date(), (count) => progress.tell(`${count} secrets exported`));
  await write(writeDocument(lines, () => exporter.counts)).finally(() => progress.end());
  const { secrets: count, versions } = exporter.counts;
  for (const { name, why } of exporter.missing) printer.note(`missing     ${name}: ${why}`);
  const { length: scheduled } = exporter.scheduledForDeletion;
  if (scheduled > 0) printer.note(`${scheduled} ${scheduled === 1 ? 'is' : 'are'} scheduled for deletion and not in it.`);
  const place = to === undefined || to === '-' ? '' : ` in ${to}`;
  printer.note(`${count} ${count === 1 ? 'secret' : 'secrets'}, ${versions} ${versions === 1 ? 'version' : 'versions'}${place}.`);
  if (exporter.missing.length > 0) {
    printer.note(`${exporter.missing.length} could not be read: the export is not complete.`);
    incomplete();
  }
};

/** @returns undefined if the person does not want to replace the file */
const encryptedWriter = async (
  cli: Cli,
  { to, recipient = [], recipientsFile = [] }: ExportOptions,
): Promise<Write | undefined> => {
  const { encrypted, recipientsOf } = await import('../../transfer/export/age');
  const recipients = await recipientsOf(recipient, recipientsFile);
  if (to === undefined) throw usageError('--to must say where the export goes.', 'Give --to <file>; - is standard output.');
  if (to === '-') {
    if (cli.terminal.stdout.isTTY) throw usageError('An export is binary: it does not go to a terminal.', 'Give --to <file>.');
    return async (bytes) => toStream(await encrypted(bytes, recipients), cli.terminal);
  }
  if (existsSync(to) && !(await cli.confirmed(`${to} exists. Replace it?`))) return undefined;
  const { writePrivateFile } = await import('../../transfer/export/private-file');
  return async (bytes) => writePrivateFile(to, await encrypted(bytes, recipients));
};

const plaintextWriter = async (cli: Cli, options: ExportOptions): Promise<Write | undefined> => {
  const { to, recipient, recipientsFile } = options;
  if (recipient !== undefined || recipientsFile !== undefined) throw usageError('--plaintext and recipients exclude each other.');
  if ((to !== undefined && to !== '-') || !isPipe(cli.terminal)) {
    throw new CliError('Secrets in plaintext go only into a pipe, never to a file or a terminal.', {
      exitCode: EXIT.refused,
      hint: 'Give --recipient and --to for a file.',
    });
  }
  if (!(await cli.confirmed('Write secrets in plaintext into a pipe?'))) return undefined;
  return (bytes) => toStream(bytes, cli.terminal);
};

/** A redirection to a file is not one. Streams of a test have no number, and are. */
const isPipe = ({ stdout }: Terminal): boolean => {
  if (stdout.isTTY) return false;
  const { fd } = stdout as { fd?: number };
  if (fd === undefined) return true;
  const stats = fstatSync(fd);
  return stats.isFIFO() || stats.isSocket();
};

const toStream = async (bytes: AsyncIterable<Uint8Array>, { stdout }: Terminal): Promise<void> => {
  for await (const piece of bytes) {
    await new Promise<void>((resolve, reject) => stdout.write(piece, (error) => (error ? reject(error) : resolve())));
  }
};
