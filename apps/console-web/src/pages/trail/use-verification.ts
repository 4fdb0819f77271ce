import { useMutation } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '../../app/api';
import { afterStep, NOT_VERIFIED, type Verification } from './verification';

/** A verification that goes on step by step, until its end or until somebody stops it. Each step continues the one before. */
export function useVerification() {
  const [verification, setVerification] = useState<Verification>(NOT_VERIFIED);
  const [state, setState] = useState<'idle' | 'running' | 'stopped' | 'done'>('idle');
  const { mutateAsync: step, error, reset } = useMutation(api.trail.verify.mutationOptions());
  /** The run whose steps still count. */
  const run = useRef(0);

  const proceedFrom = useCallback(
    async (from: Verification) => {
      const own = ++run.current;
      reset();
      setVerification(from);
      setState('running');
      try {
        for (let reached = from; ;) {
          const answer = await step({ resumeToken: reached.resumeToken });
          if (run.current !== own) return;
          reached = afterStep(reached, answer);
          setVerification(reached);
          if (answer.result) break;
        }
        setState('done');
      } catch {
        // `error` has it.
        if (run.current === own) setState('stopped');
      }
    },
    [reset, step],
  );

  const stop = useCallback(() => {
    run.current++;
    setState('stopped');
  }, []);
  useEffect(
    () => () => {
      run.current++;
    },
    [],
  );

  return {
    verification,
    state,
    error,
    stop,
    start: () => void proceedFrom(NOT_VERIFIED),
    proceed: () => void proceedFrom(verification),
  };
}
