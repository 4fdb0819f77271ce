import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { addImportOptions, type ImportOptions } from './import-options';
import { runImport } from './run-import';
import { readToken } from './tokens';
import { usageError } from '../../cli-error';

interface VaultImportOptions extends ImportOptions {
  address?: string;
  mount: string;
  namespace?: string;
  tokenFile?: string;
  ca?: string;
  versions?: boolean;
}

export const addImportVault: AddCommand = (group, cli, setExitCode) => {
  const command = group
    .command('vault')
    .description('from the KV engine, version 2, of HashiCorp Vault or OpenBao')
    .argument('[folder]', 'only secrets below it')
    .option('--address <url>', 'default: VAULT_ADDR or BAO_ADDR')
    .option('--mount <path>', 'of the KV engine', 'secret')
    .option('--namespace <name>', 'default: VAULT_NAMESPACE or BAO_NAMESPACE')
    .option('--token-file <file>', 'default: VAULT_TOKEN or BAO_TOKEN, then ~/.vault-token; - is standard input')
    .option('--ca <file>', 'CA of the server; default: VAULT_CACERT or BAO_CACERT, then those of the machine')
    .option('--versions', 'all versions that are not deleted, not the newest alone')
    .addHelpText('after', examples('import vault --dry-run', 'import vault apps/ --mount kv --prefix vault/ --versions'));
  addImportOptions(command).action(async (folder: string | undefined, options: VaultImportOptions) => {
    const { env } = cli.terminal;
    const of = (name: string) => env[`VAULT_${name}`] ?? env[`BAO_${name}`];
    const address = options.address ?? of('ADDR');
    if (address === undefined) throw usageError('Vault has no address.', 'Give --address, or set VAULT_ADDR.');
    const token = await readToken(cli, {
      file: options.tokenFile,
      variable: env['VAULT_TOKEN'] === undefined && env['BAO_TOKEN'] !== undefined ? 'BAO_TOKEN' : 'VAULT_TOKEN',
      homeFiles: ['.vault-token'],
      what: 'token of Vault',
    });
    await runImport(cli, setExitCode, options, async () => {
      const { VaultSource } = await import('../../transfer/sources/http/vault.source');
      return new VaultSource({
        address,
        token,
        mount: options.mount,
        folder,
        namespace: options.namespace ?? of('NAMESPACE'),
        caFile: options.ca ?? of('CACERT'),
        allVersions: options.versions ?? false,
        concurrency: options.concurrency,
        signal: cli.signal,
      });
    });
  });
};
