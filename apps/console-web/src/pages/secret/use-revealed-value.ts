import { useCallback, useEffect, useRef, useState } from 'react';
import { client } from '../../app/api';
import type { SecretValue } from './use-secret';

/** Milliseconds for which a value stays on the page. */
const SHOWN_FOR = 30_000;

export type Revealed = SecretValue;

/** The text of a value; undefined for bytes. */
export const textOf = ({ value }: SecretValue): string | undefined =>
  value?.value?.$case === 'secretString' ? value.value.value : undefined;
export const bytesOf = ({ value }: SecretValue): Uint8Array | undefined =>
  value?.value?.$case === 'secretBinary' ? value.value.value : undefined;

/**
 * Reads a value when it is asked to, and only then. It lives in the state of a component, never in the cache of queries, and goes
 * after 30 seconds, when the page is out of sight, and with the component.
 */
export function useRevealedValue(secretId: string, versionId: string | undefined) {
  const [shown, setShown] = useState<{ value: Revealed; until: number }>();
  const [state, setState] = useState<{ isReading: boolean; error?: unknown; wasHidden: boolean }>({
    isReading: false,
    wasHidden: false,
  });
  const [now, setNow] = useState(0);
  const generation = useRef(0);

  const hide = useCallback((wasHidden = false) => {
    generation.current++;
    setShown(undefined);
    setState({ isReading: false, wasHidden });
  }, []);

  useEffect(() => hide(), [hide, secretId, versionId]);

  useEffect(() => {
    if (!shown) return undefined;
    const tick = () => (Date.now() >= shown.until ? hide(true) : setNow(Date.now()));
    const leave = () => {
      if (document.visibilityState === 'hidden') hide(true);
    };
    const timer = setInterval(tick, 500);
    document.addEventListener('visibilitychange', leave);
    window.addEventListener('pagehide', leave);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', leave);
      window.removeEventListener('pagehide', leave);
    };
  }, [shown, hide]);

  const read = useCallback(async (): Promise<Revealed | undefined> => {
    const mine = ++generation.current;
    setState({ isReading: true, wasHidden: false });
    try {
      const value = await client.secrets.getSecretValue.query({ secretId, ...(versionId !== undefined && { versionId }) });
      // Whoever has left meanwhile does not get it.
      if (mine !== generation.current) return undefined;
      setState({ isReading: false, wasHidden: false });
      return value;
    } catch (error) {
      if (mine === generation.current) setState({ isReading: false, error, wasHidden: false });
      return undefined;
    }
  }, [secretId, versionId]);

  const reveal = useCallback(async () => {
    const value = await read();
    if (value === undefined || document.visibilityState === 'hidden') return;
    setNow(Date.now());
    setShown({ value, until: Date.now() + SHOWN_FOR });
  }, [read]);

  const secondsLeft = shown ? Math.max(0, Math.ceil((shown.until - now) / 1_000)) : 0;
  return { revealed: shown?.value, secondsLeft, reveal, read, hide: () => hide(), ...state };
}
