import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { addImportAws } from './import-aws.command';
import { addImportDoppler } from './import-doppler.command';
import { addImportFile } from './import-file.command';
import { addImportInfisical } from './import-infisical.command';
import { addImportSsm } from './import-ssm.command';
import { addImportVault } from './import-vault.command';

export const addImport: AddCommand = (program, cli, setExitCode) => {
  const group = program
    .command('import')
    .description('bring secrets in: from a file, or from another secrets manager')
    .addHelpText(
      'after',
      `
First it says what is new, changed, the same or refused, and asks. The same command again goes on
where an interrupted one ended, and writes nothing twice. It ends with 7 if some secrets were left out.
${examples(
  'import .env --as object --name prod/app',
  'import export.age --identity key.txt',
  'import vault apps/ --mount secret --dry-run',
  'import aws prod/ --endpoint-url https://secretsmanager.eu-west-1.amazonaws.com --versions',
)}`,
    );
  for (const add of [addImportFile, addImportVault, addImportAws, addImportSsm, addImportInfisical, addImportDoppler]) {
    add(group, cli, setExitCode);
  }
};
