import { AccessQuestionError, decisionOf, parseWho } from '@strongroom/access-questions';
import {
  AccessDeniedException,
  ResourceNotFoundException,
  type RotationFunction,
  type StrongroomClient,
} from '@strongroom/client';
import { isDomainError } from '@strongroom/errors';
import { faultsOf, requiredFieldsOf } from '@strongroom/rotation-functions/required-fields';
import { readSchedule } from '@strongroom/schedule';
import type { Cli } from '../../cli';
import { EXIT, type ExitCode } from '../../exit-code';
import { openCourt } from '../access/court';
import { isOver, stateOf } from './rotation-words';
import { rulesText } from './schedule-options';

/** One thing that a rotation needs. `unknown`: it could not be checked from here. */
interface Check {
  what: 'state' | 'function' | 'permission' | 'fields';
  result: 'ok' | 'missing' | 'refused' | 'unknown';
  detail: string;
}

type Described = Awaited<ReturnType<StrongroomClient['secrets']['describeSecret']>>;

/** Says what `rotate` would do, and changes nothing. Resolves with the exit code. */
export const dryRun = async (cli: Cli, secretId: string, functionName: string | undefined): Promise<ExitCode> => {
  const strongroom = await cli.strongroom();
  const { signal, printer } = cli;
  const secret = await strongroom.secrets.describeSecret({ secretId }, { signal });
  const wanted = functionName ?? secret.rotationLambdaArn;
  const { found, check: ofFunction } = await checkFunction(strongroom, wanted, signal);
  const checks = [
    await checkState(strongroom, secret, signal),
    ofFunction,
    await checkPermission(cli, secret, found, functionName !== undefined),
    await checkFields(strongroom, secret, found, signal),
  ];
  const rules = secret.rotationRules;
  const whole = {
    arn: secret.arn,
    functionArn: found?.functionArn ?? wanted,
    rotationRules: rules,
    nextRotationDate: secret.nextRotationDate,
    wouldStart: checks.every(({ result }) => result === 'ok'),
    checks,
  };
  printer.one(whole, {
    SECRET: () => secret.arn,
    FUNCTION: () => found && `${found.functionName}: ${found.description || 'a function of your own'}`,
    SCHEDULE: () => (secret.rotationEnabled ? rulesText(rules ?? {}) : 'none'),
    NEXT: () => secret.nextRotationDate?.toISOString() ?? nextOf(rules),
    ...Object.fromEntries(checks.map(({ what, result, detail }) => [what.toUpperCase(), () => `${result}: ${detail}`])),
    'WOULD START': () =>
      whole.wouldStart ? 'yes' : checks.some(({ result }) => result === 'missing' || result === 'refused') ? 'no' : 'unknown',
  });
  printer.note('Nothing was changed.');
  return exitCodeOf(checks);
};

const exitCodeOf = (checks: readonly Check[]): ExitCode => {
  const results = checks.map(({ result }) => result);
  if (results.includes('refused')) return EXIT.refused;
  if (results.includes('missing')) return EXIT.conflict;
  return results.includes('unknown') ? EXIT.incomplete : EXIT.ok;
};

const nextOf = (rules: Described['rotationRules']): string | undefined => {
  if (rules === undefined || (!rules.scheduleExpression && rules.automaticallyAfterDays === undefined)) return undefined;
  const { automaticallyAfterDays: days, ...rest } = rules;
  const schedule = readSchedule({ ...rest, automaticallyAfterDays: days === undefined ? undefined : Number(days) });
  return schedule.nextWindow(new Date())?.start.toISOString();
};

const checkState = async (strongroom: StrongroomClient, secret: Described, signal: AbortSignal): Promise<Check> => {
  const what = 'state';
  if (secret.deletedDate !== undefined) {
    return { what, result: 'missing', detail: 'The secret is scheduled for deletion: `strongroom restore` brings it back.' };
  }
  for await (const run of strongroom.rotation.listRotationRuns({ secretId: secret.arn, maxResults: 1 }, { signal })) {
    if (!isOver(run))
      return { what, result: 'ok', detail: `A rotation is going on, since ${run.startedDate?.toISOString()}: it would go on.` };
    return {
      what,
      result: 'ok',
      detail: `The last run has ${stateOf(run)}${run.endedDate ? `, ${run.endedDate.toISOString()}` : ''}.`,
    };
  }
  return { what, result: 'ok', detail: 'The secret has never rotated.' };
};

const checkFunction = async (
  strongroom: StrongroomClient,
  functionName: string | undefined,
  signal: AbortSignal,
): Promise<{ found?: RotationFunction; check: Check }> => {
  const what = 'function';
  if (functionName === undefined) {
    return { check: { what, result: 'missing', detail: 'The secret has no rotation function: give one with --function.' } };
  }
  try {
    const { function: found } = await strongroom.rotation.describeRotationFunction({ functionName }, { signal });
    const isBuiltIn = found!.implementation?.$case === 'builtIn';
    return {
      found,
      check: { what, result: 'ok', detail: `${found!.functionName} is ${isBuiltIn ? 'built in' : 'registered'}.` },
    };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) {
      return { check: { what, result: 'missing', detail: `There is no rotation function ${functionName}.` } };
    }
    if (error instanceof AccessDeniedException) return { check: { what, result: 'unknown', detail: error.message } };
    throw error;
  }
};

/** The right to rotate, and to have a function of one's own invoked. */
const checkPermission = async (
  cli: Cli,
  secret: Described,
  found: RotationFunction | undefined,
  isNamed: boolean,
): Promise<Check> => {
  const what = 'permission';
  try {
    const questions = [{ action: 'secretsmanager:RotateSecret', target: secret.arn }];
    if (found && found.implementation?.$case !== 'builtIn') {
      questions.push({ action: 'lambda:InvokeFunction', target: found.functionArn });
    }
    const context = {
      'secretsmanager:modifyrotationrules': ['false'],
      'secretsmanager:rotateimmediately': ['true'],
      ...(isNamed && found && { 'secretsmanager:rotationlambdaarn': [found.functionArn] }),
    };
    for (const { action, target } of questions) {
      const court = await openCourt(cli, { action, what: target, context });
      const principal = await court.principals.find(parseWho(court.me, court.principals.accountId));
      const verdict = await court.judge.judge(principal, court.action, court.target);
      if (decisionOf(verdict) !== 'allowed') return { what, result: 'refused', detail: `${action}: ${verdict.because}` };
    }
    return { what, result: 'ok', detail: `You may call ${questions.map(({ action }) => action).join(' and ')}.` };
  } catch (error) {
    const isUnreadable =
      error instanceof AccessDeniedException || (error instanceof AccessQuestionError && error.kind === 'unreadable');
    if (!isUnreadable) throw error;
    return { what, result: 'unknown', detail: `Your own policies cannot be read. ${error.message}` };
  }
};

/** Whether the value has what a built-in function reads in it. */
const checkFields = async (
  strongroom: StrongroomClient,
  secret: Described,
  found: RotationFunction | undefined,
  signal: AbortSignal,
): Promise<Check> => {
  const what = 'fields';
  const required = found && requiredFieldsOf(found.functionName);
  if (required === undefined) return { what, result: 'unknown', detail: 'Only the function itself knows what it needs.' };
  const needs = required.fields.length === 0 ? 'none' : required.fields.join(', ');
  try {
    const { secretString } = await strongroom.secrets.getSecretValue({ secretId: secret.arn }, { signal });
    const faults = faultsOf(required, secretString);
    if (faults.length > 0) return { what, result: 'missing', detail: faults.join(' ') };
    return { what, result: 'ok', detail: `The value has the fields that the function needs: ${needs}.` };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) {
      if (required.fields.length === 0)
        return { what, result: 'ok', detail: 'The secret has no value yet; the function makes one.' };
      return { what, result: 'missing', detail: `The secret has no value yet; the function needs the fields ${needs}.` };
    }
    if (error instanceof AccessDeniedException) return { what, result: 'unknown', detail: `${error.message} Needed: ${needs}.` };
    if (isDomainError(error) && error.kind === 'failed-precondition') return { what, result: 'unknown', detail: error.message };
    throw error;
  }
};
