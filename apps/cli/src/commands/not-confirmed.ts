import { CliError } from '../cli-error';
import { EXIT } from '../exit-code';

/** Somebody answered no. */
export const notConfirmed = (): CliError => new CliError('Not confirmed. Nothing was changed.', { exitCode: EXIT.usage });
