import type { Alarm, AlarmHistoryItem } from '@strongroom/contracts/strongroom/notification/v1/alarms';
import { Option } from 'commander';
import type { Cli } from '../../cli';
import { when } from '../../output/when';
import type { AddCommand } from '../../program';
import { readValue } from '../../terminal/read-input';
import { examples } from '../examples';
import { notConfirmed } from '../not-confirmed';
import { collect, integer, positiveInteger } from '../options';
import { comparisons, condition, historyWord, missing, states, stateWord } from './alarm-words';

interface PutOptions {
  file: string;
  description?: string;
  groupBy?: string;
  comparison: keyof typeof comparisons;
  threshold?: number;
  period?: number;
  periods?: number;
  datapoints?: number;
  missing: keyof typeof missing;
  tell?: string[];
  tellOk?: string[];
}

/** An event pattern has at most 4,096 characters. */
const MAX_PATTERN_BYTES = 4 * 4_096;
/** Alarms or items of one page. */
const PAGE = 100;

export const addAlarms: AddCommand = (program, cli, setExitCode) => {
  const alarms = program
    .command('alarms')
    .description('alarms, which count events of the trail and tell when there are too many or too few')
    .addHelpText('after', examples('alarms ls', 'alarms put burst --threshold 100 < pattern.json', 'alarms history burst'));
  alarms
    .command('ls')
    .description('list alarms and their states')
    .argument('[prefix]', 'of the names')
    .addHelpText('after', examples('alarms ls', "alarms ls --query '[?stateValue==`ALARM_STATE_ALARM`].alarmName'"))
    .action((prefix: string | undefined) => list(cli, prefix));
  addPut(alarms, cli, setExitCode);
  alarms
    .command('rm')
    .description('delete alarms; their history stays')
    .argument('<alarm...>', 'names')
    .addHelpText('after', examples('alarms rm burst --yes'))
    .action((alarmNames: string[]) => remove(cli, alarmNames));
  alarms
    .command('enable')
    .description('let alarms tell of their states again')
    .argument('<alarm...>', 'names')
    .addHelpText('after', examples('alarms enable burst'))
    .action((alarmNames: string[]) => enable(cli, alarmNames, true));
  alarms
    .command('disable')
    .description('let alarms tell nobody; they go on counting')
    .argument('<alarm...>', 'names')
    .addHelpText('after', examples('alarms disable burst'))
    .action((alarmNames: string[]) => enable(cli, alarmNames, false));
  alarms
    .command('try')
    .description('set the state of an alarm for a short time, to see whom it tells')
    .argument('<alarm>', 'its name')
    .addOption(new Option('--state <state>', 'the state').choices(Object.keys(states)).default('alarm'))
    .option('--reason <text>', 'what receivers read as the reason', 'Somebody tries the alarm out.')
    .addHelpText('after', examples('alarms try burst'))
    .action((name: string, options: { state: keyof typeof states; reason: string }) => tryOut(cli, name, options));
  alarms
    .command('history')
    .description('what happened to alarms, newest first')
    .argument('[alarm]', 'its name; default: all')
    .option('-n, --limit <count>', 'at most so many', positiveInteger, PAGE / 2)
    .addHelpText('after', examples('alarms history burst -n 10'))
    .action((name: string | undefined, { limit }: { limit: number }) => history(cli, name, limit));
};

const addPut: AddCommand = (alarms, cli) => {
  alarms
    .command('put')
    .description('make an alarm or change it: what is left out gets its default')
    .argument('<alarm>', 'its name')
    .option('-f, --file <path>', 'the file with the event pattern; - is standard input', '-')
    .option('--description <text>', 'what it is for')
    .addOption(new Option('--comparison <how>', 'when a count is wrong').choices(Object.keys(comparisons)).default('at-least'))
    .option('--threshold <count>', 'what counts are compared with; default: 1', integer(0, 1_000_000_000))
    .option('--period <seconds>', 'in which events are counted; default: 300', positiveInteger)
    .option('--periods <count>', 'how many periods are looked at; default: 1', positiveInteger)
    .option('--datapoints <count>', 'in how many of them the count must be wrong; default: all', positiveInteger)
    .option('--group-by <field>', 'count for each value of this field of the event, such as detail.userIdentity.arn')
    .addOption(new Option('--missing <how>', 'what no event counts as').choices(Object.keys(missing)).default('missing'))
    .option('--tell <arn>', 'a topic or webhook to tell when it goes off; may be repeated', collect())
    .option('--tell-ok <arn>', 'the same when it is over', collect())
    .addHelpText(
      'after',
      examples(
        'alarms put refusals --file refused.json --comparison more-than --threshold 100 --group-by detail.userIdentity.arn',
        'alarms put no-rotation --file rotated.json --comparison fewer-than --period 3456000 --missing breaching',
      ),
    )
    .action((name: string, options: PutOptions) => put(cli, name, options));
};

const list = async (cli: Cli, alarmNamePrefix: string | undefined): Promise<void> => {
  const { alarms } = await cli.strongroom();
  const found: Alarm[] = [];
  for (let nextToken = ''; ;) {
    const page = await alarms.describeAlarms({ alarmNamePrefix, maxRecords: PAGE, nextToken }, { signal: cli.signal });
    found.push(...page.alarms);
    if ((nextToken = page.nextToken) === '') break;
  }
  cli.printer.rows(found, {
    NAME: ({ alarmName }) => alarmName,
    STATE: ({ stateValue }) => stateWord(stateValue),
    SINCE: ({ stateUpdatedTimestamp }) => when(stateUpdatedTimestamp),
    'GOES OFF AT': condition,
    TELLS: ({ actionsEnabled, alarmActions }) => (actionsEnabled ? alarmActions.join(' ') : 'nobody: disabled'),
  });
};

const put = async (cli: Cli, alarmName: string, options: PutOptions): Promise<void> => {
  const text = await readValue(cli.terminal, { file: options.file, prompt: 'Event pattern:', limit: MAX_PATTERN_BYTES });
  const { alarms } = await cli.strongroom();
  const { alarmArn } = await alarms.putAlarm(
    {
      alarmName,
      alarmDescription: options.description,
      eventPattern: text.toString(),
      groupBy: options.groupBy,
      threshold: options.threshold,
      comparisonOperator: comparisons[options.comparison],
      period: options.period,
      evaluationPeriods: options.periods,
      datapointsToAlarm: options.datapoints,
      treatMissingData: missing[options.missing],
      alarmActions: options.tell,
      okActions: options.tellOk,
    },
    { signal: cli.signal },
  );
  cli.printer.done(`Stored the alarm ${alarmName}.`, { alarmName, alarmArn });
};

const remove = async (cli: Cli, alarmNames: string[]): Promise<void> => {
  const { alarms } = await cli.strongroom();
  if (!(await cli.confirmed(`Delete ${alarmNames.join(', ')}?`))) throw notConfirmed();
  await alarms.deleteAlarms({ alarmNames }, { signal: cli.signal });
  cli.printer.done(`Deleted ${alarmNames.join(', ')}.`, { alarmNames });
};

const enable = async (cli: Cli, alarmNames: string[], enabled: boolean): Promise<void> => {
  const { alarms } = await cli.strongroom();
  const options = { signal: cli.signal };
  if (enabled) await alarms.enableAlarmActions({ alarmNames }, options);
  else await alarms.disableAlarmActions({ alarmNames }, options);
  cli.printer.done(`${enabled ? 'Enabled' : 'Disabled'} the actions of ${alarmNames.join(', ')}.`, { alarmNames });
};

const tryOut = async (
  cli: Cli,
  alarmName: string,
  { state, reason }: { state: keyof typeof states; reason: string },
): Promise<void> => {
  const { alarms } = await cli.strongroom();
  await alarms.setAlarmState({ alarmName, stateValue: states[state], stateReason: reason }, { signal: cli.signal });
  cli.printer.done(`${alarmName} is ${state} until its next look.`, { alarmName, state });
};

const history = async (cli: Cli, alarmName: string | undefined, limit: number): Promise<void> => {
  const { alarms } = await cli.strongroom();
  const items: AlarmHistoryItem[] = [];
  for (let nextToken = ''; items.length < limit;) {
    const maxRecords = Math.min(PAGE, limit - items.length);
    const page = await alarms.describeAlarmHistory({ alarmName, maxRecords, nextToken }, { signal: cli.signal });
    items.push(...page.alarmHistoryItems);
    if ((nextToken = page.nextToken) === '') break;
  }
  cli.printer.rows(items, {
    TIME: ({ timestamp }) => when(timestamp),
    ALARM: ({ alarmName: name }) => name,
    WHAT: ({ historyItemType }) => historyWord(historyItemType),
    SUMMARY: ({ historySummary }) => historySummary,
  });
};
