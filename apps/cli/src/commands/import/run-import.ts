import type { Cli } from '../../cli';
import { CliError } from '../../cli-error';
import { EXIT } from '../../exit-code';
import type { SetExitCode } from '../../program';
import { Importer } from '../../transfer/importer';
import { namingOf } from '../../transfer/naming';
import { WRITTEN } from '../../transfer/plan';
import { Planner } from '../../transfer/planner';
import type { Source } from '../../transfer/source';
import { Journal } from '../../transfer/support/journal';
import { Pacer } from '../../transfer/support/pacer';
import { Progress } from '../../transfer/support/progress';
import { KeyMapping } from '../../transfer/target/key-mapping';
import type { ImportOptions } from './import-options';
import { announcePlan, printPlan, printResult } from './report';

/** Groups of twenty secrets that are compared side by side: enough, for each is one call. */
const MAX_GROUPS = 4;

/**
 * Compares a source with what is here, asks, and writes. Opens the source last, when the other options have proven right, and
 * closes it.
 */
export const runImport = async (
  cli: Cli,
  setExitCode: SetExitCode,
  options: ImportOptions,
  open: () => Promise<Source> | Source,
): Promise<void> => {
  const { printer, terminal, signal } = cli;
  const naming = await namingOf(options);
  const journal = options.journal === undefined ? undefined : await Journal.open(options.journal);
  const strongroom = await cli.strongroom();
  const keys = new KeyMapping(options.kmsKey ?? [], async () => strongroom.keys);
  const source = await open();
  const common = {
    source,
    secrets: strongroom.secrets,
    keys,
    withoutTags: !options.tags,
    pacer: new Pacer(options.rate),
    journal,
    signal,
  };
  const progress = new Progress(terminal);
  try {
    const { onConflict, concurrency } = options;
    const planner = new Planner({ ...common, naming, onConflict, concurrency: Math.min(concurrency, MAX_GROUPS) });
    const plan = await planner.plan((compared) => progress.tell(`${compared} secrets compared`)).finally(() => progress.end());
    const refused = plan.with('refused').length;
    if (options.dryRun) {
      printPlan(printer, plan);
      if (refused > 0) setExitCode(EXIT.incomplete);
      return;
    }
    const wanted = plan.with(...WRITTEN).length;
    announcePlan(printer, plan);
    requireNoConflict(plan.with('changed').length, onConflict);
    if (wanted === 0) {
      if (refused > 0) setExitCode(EXIT.incomplete);
      printer.note('There is nothing to import.');
      return;
    }
    if (!(await cli.confirmed(`Import ${wanted} ${wanted === 1 ? 'secret' : 'secrets'} from ${source.title}?`))) {
      setExitCode(EXIT.failure);
      printer.note('Nothing was imported.');
      return;
    }
    const importer = new Importer({ ...common, concurrency });
    const result = await importer
      .run(plan, (imported, failed) =>
        progress.tell(`${imported} of ${wanted} imported${failed === 0 ? '' : `, ${failed} failed`}`),
      )
      .finally(() => progress.end());
    printResult(printer, plan, result);
    if (signal.aborted) setExitCode(EXIT.interrupted);
    else if (result.failures.length + result.left + refused > 0) setExitCode(EXIT.incomplete);
  } finally {
    progress.end();
    source.close?.();
  }
};

const requireNoConflict = (changed: number, onConflict: ImportOptions['onConflict']): void => {
  if (changed === 0 || onConflict !== 'fail') return;
  throw new CliError(`${changed} ${changed === 1 ? 'secret exists' : 'secrets exist'} here and differ; nothing was imported.`, {
    exitCode: EXIT.conflict,
    hint: 'Give --on-conflict update to replace them, or --on-conflict skip to leave them.',
  });
};
