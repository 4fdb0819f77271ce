import { Shell, type ShellConfig, type ShellOptions } from './shell';

export interface RunningService {
  readonly port: number;
  /** Ends without dropping a call: those under way have `graceMs` to end. @throws Error that names what did not stop */
  stop(graceMs: number): Promise<void>;
}

/**
 * Runs `start` in a new shell. A start that fails has stopped what it had started before this rejects, with the reason of the
 * failure.
 *
 * @param start returns the port, and what else whoever starts the service wants to know of it
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
    // What did not stop is in the log; why it had to is what counts here.
    await shell.stop(0).catch(() => undefined);
    throw error;
  }
}
