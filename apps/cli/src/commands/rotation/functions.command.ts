import { MINUTE, SECOND } from '@strongroom/clock';
import type { RotationFunction } from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import type { Cli } from '../../cli';
import { usageError } from '../../cli-error';
import { durationOption, inWords } from '../../options/duration';
import { textOfFile } from '../../options/file-option';
import { when } from '../../output/when';
import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { notConfirmed } from '../not-confirmed';

/** How long a step of a function may take; milliseconds. */
const STEP = { min: SECOND, max: 15 * MINUTE };

const EXAMPLE = 'functions register sql-server --url http://127.0.0.1:9000 --timeout 1m';

interface RegisterOptions {
  url?: string;
  grpc?: string;
  serverUri?: string;
  ca?: string;
  timeout?: number;
  description?: string;
}

export const addFunctions: AddCommand = (program, cli) => {
  const functions = program
    .command('functions')
    .description('rotation functions: the built-in ones, and your own')
    .addHelpText('after', examples('functions ls', EXAMPLE));
  functions
    .command('ls')
    .description('list rotation functions')
    .addHelpText('after', examples('functions ls'))
    .action(() => list(cli));
  functions
    .command('register')
    .description('make a function of your own known, or change where and how it is called')
    .argument('<function>', 'its name')
    .option('--url <url>', 'where it answers as Lambda does')
    .option('--grpc <address>', 'host:port of a function that speaks gRPC')
    .option('--server-uri <uri>', 'the URI in the certificate of a function that speaks gRPC')
    .option('--ca <file>', 'the certificates to trust, PEM')
    .option('--timeout <duration>', 'how long a step may take; default: 30s', durationOption(STEP))
    .option('--description <text>', 'what it is for')
    .addHelpText('after', examples(EXAMPLE, 'functions register vault-db --grpc functions.internal:50051 --ca functions.crt'))
    .action((name: string, options: RegisterOptions) => register(cli, name, options));
  functions
    .command('rm')
    .description('delete a function of your own; secrets that use it no longer rotate')
    .argument('<function>', 'its name or ARN')
    .addHelpText('after', examples('functions rm sql-server --yes'))
    .action((name: string) => remove(cli, name));
};

const list = async (cli: Cli): Promise<void> => {
  const { rotation } = await cli.strongroom();
  const found = await rotation.listRotationFunctions({}, { signal: cli.signal }).all();
  cli.printer.rows(found, {
    NAME: ({ functionName }) => functionName,
    AT: placeOf,
    STEP: ({ timeout }) => timeout && inWords(Number(timeout.seconds) * SECOND),
    CHANGED: ({ lastModifiedDate }) => when(lastModifiedDate),
  });
};

const placeOf = ({ implementation }: Pick<RotationFunction, 'implementation'>): string => {
  if (implementation?.$case === 'http') return implementation.value.endpoint;
  return implementation?.$case === 'grpc' ? implementation.value.address : 'built in';
};

const register = async (cli: Cli, functionName: string, options: RegisterOptions): Promise<void> => {
  const { description, timeout } = options;
  const implementation = await implementationOf(options);
  const { rotation } = await cli.strongroom();
  const answer = await rotation.registerRotationFunction(
    {
      functionName,
      description,
      implementation,
      ...(timeout !== undefined && { timeout: { seconds: BigInt(Math.ceil(timeout / SECOND)) } }),
    },
    { signal: cli.signal },
  );
  cli.printer.done(`Registered ${functionName}.`, answer.function!);
};

const implementationOf = async ({ url, grpc, serverUri, ca }: RegisterOptions) => {
  if ((url === undefined) === (grpc === undefined)) {
    throw usageError('Where the function is must be given once.', 'Give --url or --grpc.');
  }
  if (serverUri !== undefined && grpc === undefined) throw usageError('--server-uri belongs to --grpc.', 'Leave it out.');
  const caPem = ca && (await textOfFile('--ca', ca));
  return url === undefined
    ? { $case: 'grpc' as const, value: { address: grpc!, serverUri, caPem } }
    : { $case: 'http' as const, value: { endpoint: url, caPem } };
};

const remove = async (cli: Cli, functionName: string): Promise<void> => {
  const { rotation } = await cli.strongroom();
  if (!(await cli.confirmed(`Delete the rotation function ${functionName}?`))) throw notConfirmed();
  await rotation.deleteRotationFunction({ functionName }, { signal: cli.signal });
  cli.printer.done(`Deleted ${functionName}.`, { functionName });
};
