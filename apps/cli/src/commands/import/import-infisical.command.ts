import { usageError } from '../../cli-error';
import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { addImportOptions, type ImportOptions } from './import-options';
import { runImport } from './run-import';
import { readToken } from './tokens';

interface InfisicalImportOptions extends ImportOptions {
  address?: string;
  project: string;
  environment: string;
  tokenFile?: string;
  ca?: string;
}

export const addImportInfisical: AddCommand = (group, cli, setExitCode) => {
  const command = group
    .command('infisical')
    .description('from an environment of a project of Infisical')
    .argument('[folder]', 'only secrets in and below it', '/')
    .requiredOption('--project <id>', 'id of the project')
    .requiredOption('--environment <slug>', 'such as prod')
    .option('--address <url>', 'default: INFISICAL_API_URL, then https://app.infisical.com')
    .option('--token-file <file>', 'default: INFISICAL_TOKEN, or a machine identity (below); - is standard input')
    .option('--ca <file>', 'CA of the server; default: those of the machine')
    .addHelpText(
      'after',
      `
A machine identity: INFISICAL_UNIVERSAL_AUTH_CLIENT_ID and INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET.
${examples('import infisical --project 0f3c… --environment prod --prefix prod/')}`,
    );
  addImportOptions(command).action(async (folder: string, options: InfisicalImportOptions) => {
    const { env } = cli.terminal;
    const clientId = env['INFISICAL_UNIVERSAL_AUTH_CLIENT_ID'];
    const clientSecret = env['INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET'];
    if ((clientId === undefined) !== (clientSecret === undefined)) {
      throw usageError('A machine identity of Infisical needs both INFISICAL_UNIVERSAL_AUTH_CLIENT_ID and …_CLIENT_SECRET.');
    }
    const useIdentity = options.tokenFile === undefined && env['INFISICAL_TOKEN'] === undefined && clientId !== undefined;
    const credential = useIdentity
      ? { clientId, clientSecret: clientSecret! }
      : { token: await readToken(cli, { file: options.tokenFile, variable: 'INFISICAL_TOKEN', what: 'token of Infisical' }) };
    await runImport(cli, setExitCode, options, async () => {
      const { InfisicalSource } = await import('../../transfer/sources/http/infisical.source');
      return new InfisicalSource({
        address: options.address ?? env['INFISICAL_API_URL']?.replace(/\/api\/?$/, '') ?? 'https://app.infisical.com',
        credential,
        projectId: options.project,
        environment: options.environment,
        folder: folder.startsWith('/') ? folder : `/${folder}`,
        caFile: options.ca,
        signal: cli.signal,
      });
    });
  });
};
