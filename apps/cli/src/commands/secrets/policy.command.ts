import type { Cli } from '../../cli';
import { CliError } from '../../cli-error';
import { EXIT } from '../../exit-code';
import type { AddCommand } from '../../program';
import { readValue } from '../../terminal/read-input';
import { examples } from '../examples';
import { notConfirmed } from './rm.command';

interface PutOptions {
  file: string;
  blockPublicPolicy?: boolean;
  check?: boolean;
}

/** A policy has at most 20,480 characters. */
const MAX_POLICY_BYTES = 4 * 20_480;

export const addPolicy: AddCommand = (program, cli) => {
  const policy = program
    .command('policy')
    .description('the resource policy of a secret: who else may use it')
    .addHelpText('after', examples('policy get prod/db', 'policy put prod/db --file policy.json', 'policy rm prod/db'));
  policy
    .command('get')
    .description('print the policy')
    .argument('<secret>', 'name or ARN')
    .addHelpText('after', examples('policy get prod/db > policy.json'))
    .action((secretId: string) => get(cli, secretId));
  policy
    .command('put')
    .description('store a policy, in place of the present one')
    .argument('<secret>', 'name or ARN')
    .option('-f, --file <path>', 'the file with the policy; - is standard input', '-')
    .option('--block-public-policy', 'refuse a policy that lets everybody in')
    .option('--check', 'only say what is wrong with it')
    .addHelpText(
      'after',
      examples('policy put prod/db --file policy.json --block-public-policy', 'policy put prod/db --check < policy.json'),
    )
    .action((secretId: string, options: PutOptions) => put(cli, secretId, options));
  policy
    .command('rm')
    .description('remove the policy')
    .argument('<secret>', 'name or ARN')
    .addHelpText('after', examples('policy rm prod/db --yes'))
    .action((secretId: string) => remove(cli, secretId));
};

const get = async (cli: Cli, secretId: string): Promise<void> => {
  const { secrets } = await cli.strongroom();
  const answer = await secrets.getResourcePolicy({ secretId }, { signal: cli.signal });
  if (cli.printer.isStructured) return cli.printer.one(answer);
  if (answer.resourcePolicy === undefined) {
    throw new CliError(`${answer.name} has no resource policy.`, { exitCode: EXIT.notFound });
  }
  cli.printer.text(answer.resourcePolicy);
};

const put = async (cli: Cli, secretId: string, { file, blockPublicPolicy, check }: PutOptions): Promise<void> => {
  const text = await readValue(cli.terminal, { file, prompt: 'Policy:', limit: MAX_POLICY_BYTES });
  const resourcePolicy = text.toString();
  const { secrets } = await cli.strongroom();
  const options = { signal: cli.signal };
  if (!check) {
    const { name, arn } = await secrets.putResourcePolicy({ secretId, resourcePolicy, blockPublicPolicy }, options);
    return cli.printer.done(`Stored the policy of ${name}.`, { name, arn });
  }
  const { policyValidationPassed, validationErrors } = await secrets.validateResourcePolicy(
    { secretId, resourcePolicy },
    options,
  );
  cli.printer.rows(
    validationErrors,
    { CHECK: ({ checkName }) => checkName, PROBLEM: ({ errorMessage }) => errorMessage },
    { policyValidationPassed, validationErrors },
  );
  if (!policyValidationPassed) throw new CliError('The policy is not valid.', { exitCode: EXIT.usage });
  cli.printer.note('The policy is valid.');
};

const remove = async (cli: Cli, secretId: string): Promise<void> => {
  const { secrets } = await cli.strongroom();
  if (!(await cli.confirmed(`Remove the policy of ${secretId}? Those whom it lets in lose access.`))) throw notConfirmed();
  const { name, arn } = await secrets.deleteResourcePolicy({ secretId }, { signal: cli.signal });
  cli.printer.done(`Removed the policy of ${name}.`, { name, arn });
};
