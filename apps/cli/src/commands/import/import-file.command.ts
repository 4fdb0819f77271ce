import { Option } from 'commander';
import { usageError } from '../../cli-error';
import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { addImportOptions, collect, type ImportOptions } from './import-options';
import type { FileFormat } from '../../transfer/sources/files/file.source';
import { runImport } from './run-import';

interface FileImportOptions extends ImportOptions {
  format?: FileFormat;
  as?: 'object' | 'secrets';
  name?: string;
  identity?: string[];
}

export const addImportFile: AddCommand = (group, cli, setExitCode) => {
  const command = group
    .command('file', { isDefault: true })
    .description('from a file: .env, JSON, YAML, CSV, or what `strongroom export` wrote')
    .argument('<file>', '- is standard input, for all but exports')
    .addOption(new Option('--format <format>', 'default: by the name of the file').choices(['env', 'json', 'yaml', 'csv', 'age']))
    .addOption(new Option('--as <what>', 'each entry a secret, or all of them the fields of one').choices(['secrets', 'object']))
    .option('--name <name>', 'of the secret, with --as object')
    .option('--identity <file>', 'private key of age, for an export; - is standard input; may be repeated', collect)
    .addHelpText(
      'after',
      examples(
        'import .env --as object --name prod/app',
        'import .env --as secrets --prefix prod/app/',
        'import secrets.csv --dry-run',
        'import export.age --identity key.txt --on-conflict update',
      ),
    );
  addImportOptions(command).action(async (file: string, options: FileImportOptions) => {
    const { formatOf, openFileSource } = await import('../../transfer/sources/files/file.source');
    const format = options.format ?? formatOf(file);
    if (format === 'age') {
      if (options.as !== undefined || options.name !== undefined) throw usageError('--as and --name are not for exports.');
      if (file === '-') throw usageError('An export must be a file: it is read twice, to check all of it before any is written.');
      if (options.identity === undefined) {
        throw usageError(`${file} is encrypted.`, 'Give --identity with the file of the private key.');
      }
      const { identitiesOf } = await import('../../transfer/export/age');
      const { ExportFileSource } = await import('../../transfer/sources/files/export-file.source');
      const identities = await identitiesOf(options.identity, cli.terminal);
      return runImport(cli, setExitCode, options, () => new ExportFileSource(file, identities));
    }
    if (options.identity !== undefined) throw usageError('--identity is for exports, which end with .age.');
    const as = options.as ?? asOf(format, options.name);
    await runImport(cli, setExitCode, options, () => openFileSource({ file, format, as, name: options.name }, cli.terminal));
  });
};

/** A file of variables can be meant either way, and the two differ too much to guess. */
const asOf = (format: FileFormat, name: string | undefined): 'object' | 'secrets' => {
  if (name !== undefined) return 'object';
  if (format !== 'env') return 'secrets';
  throw usageError('Shall a file of variables become one secret or many?', 'Give --as object --name <name>, or --as secrets.');
};
