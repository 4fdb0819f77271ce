import { usageError } from '../../cli-error';
import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { addImportOptions, type ImportOptions } from './import-options';
import { runImport } from './run-import';
import { readToken } from './tokens';

interface DopplerImportOptions extends ImportOptions {
  address?: string;
  project?: string;
  config?: string;
  tokenFile?: string;
  ca?: string;
}

export const addImportDoppler: AddCommand = (group, cli, setExitCode) => {
  const command = group
    .command('doppler')
    .description('from a config of Doppler, or from all configs of a project')
    .option('--project <name>', 'default: that of the service token')
    .option('--config <name>', 'default: all configs of the project, or that of the service token')
    .option('--address <url>', 'default: DOPPLER_API_HOST, then https://api.doppler.com')
    .option('--token-file <file>', 'default: DOPPLER_TOKEN; - is standard input')
    .option('--ca <file>', 'CA of the server; default: those of the machine')
    .addHelpText(
      'after',
      examples('import doppler --project shop --config prd --prefix shop/prd/', 'import doppler --project shop'),
    );
  addImportOptions(command).action(async (options: DopplerImportOptions) => {
    if (options.config !== undefined && options.project === undefined) throw usageError('--config needs --project.');
    const { env } = cli.terminal;
    const token = await readToken(cli, { file: options.tokenFile, variable: 'DOPPLER_TOKEN', what: 'token of Doppler' });
    await runImport(cli, setExitCode, options, async () => {
      const { DopplerSource } = await import('../../transfer/sources/http/doppler.source');
      return new DopplerSource({
        address: options.address ?? env['DOPPLER_API_HOST'] ?? 'https://api.doppler.com',
        token,
        project: options.project,
        config: options.config,
        caFile: options.ca,
        signal: cli.signal,
      });
    });
  });
};
