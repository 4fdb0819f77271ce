import { Shell, type ShellConfig, type ShellOptions } from './shell';

export interface RunningService {
  readonly port: number;
  /**
   * Stops without dropping a call: calls in flight have `graceMs` to finish.
   * @throws Error that names the parts that did not stop
   */
  stop(graceMs: number): Promise<void>;
}

/**
 * Runs `start` in a new shell. If the start fails, everything that it had started has stopped before this rejects with the
 * reason.
 *
 * @param start returns the port, and whatever else the starter of the service needs
 */
export async function startService<Config extends ShellConfig, Started extends { readonly port: number }>(
  options: ShellOptions<Config>,
  start: (shell: Shell<Config>) => Promise<Started>,
): Promise<Started & RunningService> {
  const shell = new Shell(options);
  try {
    const started = await start(shell);
    shell.serving();
    return { ...started, stop: (graceMs) => shell.stop(graceMs) };
  } catch (error) {
    // Parts that did not stop are in the log. The reason of the failure matters here.
    await shell.stop(0).catch(() => undefined);
    throw error;
  }
}
