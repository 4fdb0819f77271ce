import type { Printer } from '../../output/printer';
import type { ImportResult } from '../../transfer/importer';
import type { Action, Plan, PlannedSecret } from '../../transfer/plan';

/** The most secrets of a kind that are listed before a question; --dry-run lists all. */
const MAX_LISTED = 20;
/** Those that a reader must look at come last, where a terminal ends. */
const ORDER: readonly Action[] = ['done', 'same', 'new', 'incomplete', 'skipped', 'changed', 'refused'];
const WORDS: Record<Action, string> = {
  new: 'new',
  changed: 'changed',
  incomplete: 'incomplete',
  same: 'the same',
  skipped: 'skipped, for they differ',
  done: 'in the journal',
  refused: 'refused',
};

const columns = {
  ACTION: ({ action }: PlannedSecret) => action,
  NAME: ({ name }: PlannedSecret) => name,
  FROM: ({ name, sourceName }: PlannedSecret) => (sourceName === name ? '' : sourceName),
  WHY: ({ why }: PlannedSecret) => why,
};

/** Prints the whole plan as the command's answer. */
export const printPlan = (printer: Printer, plan: Plan): void => {
  const secrets = inOrder(plan);
  printer.rows(secrets, columns, { summary: plan.summary, secrets });
  printer.note(`${summaryOf(plan)}.`);
};

/** Says on standard error what is about to happen: numbers, and names where they are few. */
export const announcePlan = (printer: Printer, plan: Plan): void => {
  for (const action of ORDER) {
    if (action === 'same' || action === 'done') continue;
    const secrets = plan.with(action);
    for (const { name, sourceName, why } of secrets.slice(0, MAX_LISTED)) {
      const from = sourceName === name ? '' : ` (from ${sourceName})`;
      printer.note(`${action.padEnd(10)}  ${name}${from}${why === undefined ? '' : `: ${why}`}`);
    }
    if (secrets.length > MAX_LISTED)
      printer.note(`${action.padEnd(10)}  … and ${secrets.length - MAX_LISTED} more (--dry-run lists all)`);
  }
  printer.note(`${summaryOf(plan)}.`);
};

const inOrder = (plan: Plan): PlannedSecret[] => ORDER.flatMap((action) => plan.with(action));

const summaryOf = ({ summary }: Plan): string => {
  const parts = ORDER.flatMap((action) => (summary[action] === undefined ? [] : [`${summary[action]} ${WORDS[action]}`]));
  return parts.length === 0 ? 'The source has no secrets' : parts.join(', ');
};

/** Prints what was done as the command's answer, and on standard error what was not. */
export const printResult = (printer: Printer, plan: Plan, result: ImportResult): void => {
  const { imported, failures, left, rotating } = result;
  const refused = plan.with('refused');
  const rows = [
    ...failures.map(({ name, why }) => ({ action: 'failed', name, why })),
    ...refused.map(({ name, why }) => ({ action: 'refused', name, why })),
  ];
  printer.rows(
    rows,
    { ACTION: ({ action }) => action, NAME: ({ name }) => name, WHY: ({ why }) => why },
    {
      imported,
      left,
      failed: failures,
      refused,
      summary: plan.summary,
      rotating,
    },
  );
  const parts = [`${imported} imported`];
  if (failures.length > 0) parts.push(`${failures.length} failed`);
  if (refused.length > 0) parts.push(`${refused.length} refused`);
  if (left > 0) parts.push(`${left} left`);
  printer.note(`${parts.join(', ')}.`);
  if (result.stopped !== undefined) printer.note(`Stopped early: ${result.stopped}`);
  if (failures.length > 0 || left > 0) printer.note('The same command goes on where this one ended.');
  if (rotating.length > 0) {
    printer.note(`${rotating.length} of them were rotated by their source. Nothing rotates them here until you set it up.`);
  }
};
