import { type RotationRun, RotationRunState } from '@strongroom/client';
import { pollUntil } from '@strongroom/clock';
import { liedTo, lies, LyingServer, secretOnServer } from '../../libs/rotation-functions/src/lying-servers.testing';
import { type Finding, generalise } from './checks/finding';
import type { Dice } from './requests/dice';
import { type Account, unique } from './world/account';

/**
 * The time from RotateSecret until its first step with the server has failed; milliseconds. A step has half a minute, and the
 * machine is busy.
 */
const PATIENCE = 120_000;
/** The time that ListRotationRuns may take meanwhile; milliseconds. */
const LIST_PATIENCE = 20_000;
const PAUSE = 500;

/** A rotation whose server is of another kind, or malicious. */
export interface Lie {
  functionName: string;
  lie: string;
  isTls: boolean;
}

const allLies: readonly Omit<Lie, 'isTls'>[] = liedTo.flatMap((functionName) =>
  Object.keys(lies).map((lie) => ({ functionName, lie })),
);

/** This many of all lies to all functions, each once. */
export function drawLies(dice: Dice, count: number): Lie[] {
  const left = [...allLies];
  const drawn: Lie[] = [];
  while (drawn.length < count && left.length > 0)
    drawn.push(...left.splice(dice.below(left.length), 1).map((lie) => ({ ...lie, isTls: dice.once(2) })));
  return drawn;
}

export const targetOf = ({ functionName, lie, isTls }: Lie): string =>
  `rotation: ${functionName}${isTls ? ' over TLS' : ''}, a server that ${lie}`;

/** Rotates a secret whose server lies. Resolves with the findings. The canary is the password that the server may learn. */
export async function rotateAgainst(lie: Lie, account: Account, canary: string): Promise<Finding[]> {
  const { secrets } = account.api;
  const { functionName, isTls } = lie;
  const server = await LyingServer.start(lies[lie.lie]!);
  const secretId = unique('kept/lie');
  try {
    await secrets.createSecret({
      name: secretId,
      secretString: JSON.stringify(secretOnServer(functionName, server.port, canary, isTls)),
    });
    await secrets.rotateSecret({
      secretId,
      rotationLambdaArn: account.arn('lambda', `function:${functionName}`),
      rotationRules: { scheduleExpression: 'rate(90 days)' },
    });
    const { run, longestListMs } = await followRun(account, secretId);
    return [...checkRun(lie, run, canary), ...checkList(lie, longestListMs)];
  } finally {
    await secrets.cancelRotateSecret({ secretId }).catch(() => undefined);
    await secrets.deleteSecret({ secretId, forceDeleteWithoutRecovery: true }).catch(() => undefined);
    await server.stop();
  }
}

/** Follows the run until it has ended, a step of it has failed, or our patience is over. */
async function followRun({ api }: Account, secretId: string) {
  let longestListMs = 0;
  let run: RotationRun | undefined;
  const isOver = async () => {
    const asked = performance.now();
    const page = await api.rotation.listRotationRuns({ secretId }).pages().next();
    longestListMs = Math.max(longestListMs, performance.now() - asked);
    run = page.value?.runs[0];
    return run !== undefined && hasFailed(run);
  };
  await pollUntil(isOver, PATIENCE, PAUSE);
  return { run, longestListMs };
}

const hasFailed = ({ state, steps }: RotationRun): boolean =>
  state !== RotationRunState.RUNNING || steps.some(({ tries }) => tries.some(({ errorCode }) => errorCode !== ''));

/** The findings about a rotation in which only the step that makes a new value can have succeeded. */
export function checkRun(lie: Lie, run: RotationRun | undefined, canary: string): Finding[] {
  const found = (check: string, seen: string): Finding[] => [{ check, target: targetOf(lie), seen: generalise(seen) }];
  if (run === undefined) return found('over its deadline', 'no run within two minutes');
  if (run.state === RotationRunState.SUCCEEDED) return found('fooled', 'the rotation succeeded');
  if (!hasFailed(run)) return found('over its deadline', 'no step has failed within two minutes');
  const told = JSON.stringify([
    run.diagnosis,
    run.steps.map(({ tries }) => tries.map(({ errorCode, errorMessage }) => [errorCode, errorMessage])),
  ]);
  if (told.includes(canary)) return found('a value shows', 'in the history of the rotation');
  return told.includes('InternalServiceError') ? found('internal error', told) : [];
}

/** Whoever asks about a rotation must not have to wait for its lying server. */
export const checkList = (lie: Lie, longestMs: number): Finding[] =>
  longestMs > LIST_PATIENCE
    ? [{ check: 'over its deadline', target: targetOf(lie), seen: 'ListRotationRuns answered late meanwhile' }]
    : [];
