import { Outcome } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { type Command, Option } from 'commander';
import { parseMoment } from '../../options/moment';

export interface FilterOptions {
  user?: string;
  resource?: string;
  event?: string;
  source?: string;
  requestId?: string;
  result?: 'ok' | 'failed';
  since?: Date;
  until?: Date;
}

/** Adds the options that choose events. */
export const withFilter = (command: Command): Command =>
  command
    .option('--user <name>', 'of this user: a name, or the ARN of a user, role or session')
    .option('--resource <name>', "about this resource: an ARN, or a secret's name")
    .option('--event <name>', 'of this operation, such as GetSecretValue')
    .option('--source <service>', 'of this service, such as kms or secretsmanager')
    .option('--request-id <id>', 'of this call')
    .addOption(new Option('--result <result>', 'that ended so').choices(['ok', 'failed']));

export const withTimes = (command: Command): Command =>
  command
    .option('--since <time>', 'not before: an age such as 2h, or a time in ISO 8601', (text) => parseMoment(text))
    .option('--until <time>', 'not after', (text) => parseMoment(text));

export const filterOf = ({ user, resource, event, source, requestId, result, since, until }: FilterOptions) => ({
  principal: user,
  resource,
  eventName: event,
  eventSource: source === undefined || source.includes('.') ? source : `${source}.amazonaws.com`,
  requestId,
  outcome: result === undefined ? undefined : result === 'ok' ? Outcome.SUCCESS : Outcome.FAILURE,
  startTime: since,
  endTime: until,
});
