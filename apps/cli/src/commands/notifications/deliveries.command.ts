import { DeliveryState, type DeliverySummary } from '@strongroom/contracts/strongroom/notification/v1/deliveries';
import { Option } from 'commander';
import type { Cli } from '../../cli';
import { when } from '../../output/when';
import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { positiveInteger } from '../options';

const states = { pending: DeliveryState.PENDING, failed: DeliveryState.FAILED, dead: DeliveryState.DEAD } as const;

interface ListOptions {
  state?: keyof typeof states;
  limit: number;
}

export const addDeliveries: AddCommand = (program, cli) => {
  const deliveries = program
    .command('deliveries')
    .description('messages that wait for their receivers, and those that were given up')
    .addHelpText('after', examples('deliveries ls --state dead', 'deliveries redrive 42'));
  deliveries
    .command('ls')
    .description('list what waits or was given up, in the order in which it was made')
    .addOption(new Option('--state <state>', 'only these').choices(Object.keys(states)))
    .option('-n, --limit <count>', 'at most so many', positiveInteger, 100)
    .addHelpText('after', examples('deliveries ls', 'deliveries ls --state dead'))
    .action((options: ListOptions) => list(cli, options));
  deliveries
    .command('redrive')
    .description('make a dead letter a delivery again')
    .argument('<delivery...>', 'ids')
    .addHelpText('after', examples('deliveries redrive 42'))
    .action((ids: string[]) => redrive(cli, ids));
};

const list = async (cli: Cli, { state, limit }: ListOptions): Promise<void> => {
  const { deliveries } = await cli.strongroom();
  const found: DeliverySummary[] = [];
  for await (const delivery of deliveries.listDeliveries({ state: state && states[state] }, { signal: cli.signal })) {
    if (found.length >= limit) break;
    found.push(delivery);
  }
  cli.printer.rows(found, {
    ID: ({ deliveryId }) => deliveryId,
    STATE: (delivery) => Object.keys(states).find((word) => states[word as keyof typeof states] === delivery.state),
    TO: ({ destinationKind, destination }) => `${destinationKind} ${destination}`,
    TRIES: ({ attempts }) => attempts,
    MADE: ({ createdDate }) => when(createdDate),
    REASON: ({ failureCode }) => failureCode,
  });
};

const redrive = async (cli: Cli, ids: string[]): Promise<void> => {
  const { deliveries } = await cli.strongroom();
  for (const deliveryId of ids) await deliveries.redriveDelivery({ deliveryId }, { signal: cli.signal });
  cli.printer.done(`${ids.length === 1 ? 'The delivery is' : 'The deliveries are'} made again.`, { ids });
};
