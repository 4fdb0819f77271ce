import { type Command, InvalidArgumentError, Option } from 'commander';
import type { OnConflict } from '../../transfer/planner';

/** The options that every import knows. */
export interface ImportOptions {
  prefix?: string;
  stripPrefix?: string;
  rename?: string;
  onConflict: OnConflict;
  kmsKey?: string[];
  tags: boolean;
  dryRun?: boolean;
  rate?: number;
  concurrency: number;
  journal?: string;
}

export const collect = (value: string, before: string[] = []): string[] => [...before, value];

const numberIn =
  (least: number, most: number, isWhole = false) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && value <= most && (!isWhole || Number.isInteger(value))) return value;
    throw new InvalidArgumentError(`It must be a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}.`);
  };

export const rateOption = (): Option =>
  new Option('--rate <n>', 'at most so many secrets a second').argParser(numberIn(0.1, 100_000));

export const concurrencyOption = (what: string, otherwise: number): Option =>
  new Option('--concurrency <n>', `${what} at a time`).argParser(numberIn(1, 64, true)).default(otherwise);

/** Default of --concurrency: enough to keep a small cluster busy, and few enough to leave others their part of it. */
export const IMPORT_CONCURRENCY = 16;

export const addImportOptions = (command: Command): Command =>
  command
    .addOption(new Option('--dry-run', 'say what would be done, and end').helpGroup('What is written:'))
    .addOption(
      new Option('--on-conflict <what>', 'what to do about secrets that exist here and differ')
        .choices(['fail', 'skip', 'update'])
        .default('fail')
        .helpGroup('What is written:'),
    )
    .addOption(
      new Option(
        '--kms-key <key>',
        'encrypt with this key; "old=new" for those that the source encrypts with old; new may be "default"',
      )
        .argParser(collect)
        .helpGroup('What is written:'),
    )
    .addOption(new Option('--no-tags', 'leave the tags behind').helpGroup('What is written:'))
    .addOption(new Option('--prefix <text>', 'put before each name').helpGroup('Names:'))
    .addOption(new Option('--strip-prefix <text>', 'taken away from the start of names').helpGroup('Names:'))
    .addOption(new Option('--rename <file>', 'rules, one a line: "regular expression => replacement"').helpGroup('Names:'))
    .addOption(rateOption().helpGroup('Pace:'))
    .addOption(concurrencyOption('secrets', IMPORT_CONCURRENCY).helpGroup('Pace:'))
    .addOption(
      new Option('--journal <file>', 'keep the names of what was imported there, and do not look at these again').helpGroup(
        'Pace:',
      ),
    );
