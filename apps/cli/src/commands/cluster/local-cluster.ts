import { CliError } from '../../cli-error';
import { EXIT } from '../../exit-code';
import { findCheckout } from './checkout';

/**
 * What starts, backs up and restores whole clusters, and the checkout that it works with. It is loaded only here, because it
 * needs much that the other commands do without.
 *
 * @throws CliError where there is no checkout
 */
export const loadLocalCluster = async () => {
  const checkout = findCheckout();
  if (checkout === undefined) {
    throw new CliError(
      'Only the command line of a checkout of Strongroom can do this, because it needs the programs of a cluster.',
      {
        hint: 'Run it in the checkout: npm run -s strongroom -- cluster …',
      },
    );
  }
  return { checkout, library: await import('@strongroom/local-cluster') };
};

/** What went wrong with a backup, in words for the reader. */
export const explained = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if ((error as Error | undefined)?.name !== 'BackupError') throw error;
    const { message, hint } = error as Error & { hint?: string };
    throw new CliError(message, { exitCode: EXIT.failure, hint, cause: error });
  }
};
