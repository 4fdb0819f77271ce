import { Loader, Text, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconCircleDashed, IconMinus, IconRefreshAlert, IconX } from '@tabler/icons-react';
import { duration } from '../../components/moment-words';
import { rotationsTexts as texts } from '../../texts/rotations';
import { type Run, type StepProgress, stepsOf } from './rotation-run';
import classes from './run-steps.module.css';

const icons = {
  waiting: <IconCircleDashed size={16} aria-hidden />,
  running: <Loader size={14} aria-hidden />,
  retrying: <IconRefreshAlert size={16} aria-hidden />,
  done: <IconCheck size={16} aria-hidden />,
  failed: <IconX size={16} aria-hidden />,
  skipped: <IconMinus size={16} aria-hidden />,
} as const;

/** The steps of a run side by side, as they go. */
export function RunSteps({ run }: { run: Run }) {
  const steps = stepsOf(run);
  const active = steps.findIndex(({ state }) => state === 'running' || state === 'retrying' || state === 'failed');
  const step = steps[active];
  return (
    <>
      <VisuallyHidden role="status">
        {step
          ? texts.live.progress(texts.steps[step.name].title, active + 1, steps.length, texts.stepStates[step.state])
          : texts.states[Number(run.state) === 2 ? 'succeeded' : 'running']}
      </VisuallyHidden>
      <ol className={classes.steps}>
        {steps.map((one) => (
          <Step key={one.name} step={one} />
        ))}
      </ol>
    </>
  );
}

function Step({ step: { name, state, tries } }: { step: StepProgress }) {
  const { title, text } = texts.steps[name];
  const last = tries.at(-1);
  const took = tries.reduce((sum, { took: milliseconds = 0 }) => sum + milliseconds, 0);
  return (
    <li className={classes.step} data-state={state}>
      <span className={classes.title}>
        {icons[state]}
        <Text span fw={600} size="sm">
          {title}
        </Text>
        <Text span size="xs" c="dimmed" ml="auto">
          {last?.took !== undefined && (state === 'done' || state === 'failed') ? duration(took) : texts.stepStates[state]}
        </Text>
      </span>
      <Text size="xs" c="dimmed">
        {text}
      </Text>
      {tries.length > 1 && <Text size="xs">{texts.live.tries(tries.length)}</Text>}
      {last !== undefined && last.errorCode !== '' && (
        <Text size="xs" className={classes.error}>
          <bdi>{last.errorCode}</bdi>
          {last.errorMessage !== '' && (
            <>
              {': '}
              <bdi>{last.errorMessage}</bdi>
            </>
          )}
        </Text>
      )}
    </li>
  );
}
