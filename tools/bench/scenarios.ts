import type { ServiceError } from '@grpc/grpc-js';
import {
  BatchGetSecretValueRequest,
  type BatchGetSecretValueResponse,
  DescribeSecretRequest,
  GetSecretValueRequest,
  ListSecretsRequest,
  type ListSecretsResponse,
  PutSecretValueRequest,
  type SecretsServiceClient,
  SortBy,
} from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import type { Call } from './load';
import type { Measurable } from './measure';
import { nameOf, sampleValue } from './seeding';

const DEADLINE_MS = 30_000;
const BATCH = 20;
const PAGE = 100;
/** A stride without a common factor with the counts, so that successive calls do not read neighbours in the database. */
const STRIDE = 7_919;

type Method<Request, Response> = (
  request: Request,
  options: { deadline: number },
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;

/** The plain stub without retries, so that we measure single calls. */
const ask = <Request, Response>(
  client: SecretsServiceClient,
  method: keyof SecretsServiceClient,
  request: Request,
): Promise<Response> =>
  new Promise((resolve, reject) => {
    const call = (client[method] as Method<Request, Response>).bind(client);
    call(request, { deadline: Date.now() + DEADLINE_MS }, (error, response) => (error ? reject(error) : resolve(response)));
  });

const one = (answer: Promise<unknown>): Promise<number> => answer.then(() => 1);

export const getSecretValue =
  (client: SecretsServiceClient, secretId: (n: number) => string): Call =>
  (n) =>
    one(ask(client, 'getSecretValue', GetSecretValueRequest.fromPartial({ secretId: secretId(n) })));

const spread = (count: number) => (n: number) => nameOf((n * STRIDE) % count);

const describeSecret =
  (client: SecretsServiceClient, count: number): Call =>
  (n) =>
    one(ask(client, 'describeSecret', DescribeSecretRequest.fromPartial({ secretId: spread(count)(n) })));

const batchGet =
  (client: SecretsServiceClient, count: number): Call =>
  async (n) => {
    const secretIdList = Array.from({ length: BATCH }, (_, i) => spread(count)(n * BATCH + i));
    const { secretValues } = await ask<BatchGetSecretValueRequest, BatchGetSecretValueResponse>(
      client,
      'batchGetSecretValue',
      BatchGetSecretValueRequest.fromPartial({ secretIdList }),
    );
    return secretValues.length;
  };

const putSecretValue =
  (client: SecretsServiceClient, count: number): Call =>
  (n) =>
    one(
      ask(
        client,
        'putSecretValue',
        PutSecretValueRequest.fromPartial({
          secretId: spread(count)(n),
          value: { value: { $case: 'secretString', value: sampleValue(n) } },
        }),
      ),
    );

const listPage = (client: SecretsServiceClient, nextToken: string): Promise<ListSecretsResponse> =>
  ask(client, 'listSecrets', ListSecretsRequest.fromPartial({ maxResults: PAGE, nextToken, sortBy: SortBy.CREATED_DATE }));

/** The token that leads to the page after `depth` pages. */
export const tokenAt = async (client: SecretsServiceClient, depth: number): Promise<string> => {
  let token = '';
  for (let page = 0; page < depth; page++) token = (await listPage(client, token)).nextToken || token;
  return token;
};

const listSecrets =
  (client: SecretsServiceClient, token: string): Call =>
  async () =>
    (await listPage(client, token)).secretList.length;

const mixed =
  (read: Call, write: Call): Call =>
  (n) =>
    n % 20 === 19 ? write(n) : read(n);

export interface ScenarioSurroundings {
  client: SecretsServiceClient;
  /** A caller whose identity has 100 policies. */
  policyLaden: SecretsServiceClient;
  hotArn: string;
  /** How many `bench/…` secrets there are. */
  count: number;
  /** The token for a page deep in the list. */
  deepToken: string;
}

const at = (inFlight: readonly number[], name: string, call: Call): Measurable[] =>
  inFlight.map((each) => ({ name, inFlight: each, call }));

/** Everything that only reads, so that the database stays as it was. */
export const readScenarios = ({ client, policyLaden, hotArn, count, deepToken }: ScenarioSurroundings): Measurable[] => {
  const hot = getSecretValue(client, () => nameOf(0));
  const some = Math.min(count, 10_000);
  return [
    ...at([1, 8, 64, 256], 'GetSecretValue, one secret by name', hot),
    ...at(
      [64],
      'GetSecretValue, one secret by ARN',
      getSecretValue(client, () => hotArn),
    ),
    ...at([1, 8, 64, 256], `GetSecretValue, ${some} secrets`, getSecretValue(client, spread(some))),
    ...at(
      [1, 64],
      'GetSecretValue, 100 policies',
      getSecretValue(policyLaden, () => nameOf(0)),
    ),
    ...at([1, 8, 64, 256], 'DescribeSecret', describeSecret(client, some)),
    ...at([1, 8, 64], 'BatchGetSecretValue of 20', batchGet(client, some)),
    ...at([1, 8], 'ListSecrets, first page of 100', listSecrets(client, '')),
    ...at([1, 8], 'ListSecrets, deep page of 100', listSecrets(client, deepToken)),
  ];
};

/** What writes, after the reads. */
export const writeScenarios = ({ client, count }: ScenarioSurroundings): Measurable[] => {
  const some = Math.min(count, 10_000);
  const put = putSecretValue(client, some);
  return [
    ...at([1, 8, 64, 256], 'PutSecretValue', put),
    ...at([1, 8, 64, 256], '95 % GetSecretValue, 5 % PutSecretValue', mixed(getSecretValue(client, spread(some)), put)),
  ];
};

/** Reads and writes, one at a time and many. */
export const shapeScenarios = (client: SecretsServiceClient, count: number): Measurable[] => [
  ...at([1, 64], 'GetSecretValue', getSecretValue(client, spread(count))),
  ...at([1, 64], 'PutSecretValue', putSecretValue(client, count)),
];

/** A read and a write, each of another secret than the last. */
export const steadyCalls = (client: SecretsServiceClient, count: number): [read: Call, write: Call] => [
  getSecretValue(client, spread(count)),
  putSecretValue(client, count),
];

/** One secret through aws-gateway, signed, over HTTPS, compared with an echo over HTTPS. */
export const gatewayScenarios = (call: Call): Measurable[] => at([1, 8, 64, 256], 'GetSecretValue through aws-gateway', call);

/** Ten times as many calls at once as are needed to keep a service busy, over several connections. */
export const overloadScenarios = (clients: readonly SecretsServiceClient[]): Measurable[] => {
  const calls = clients.map((client) => getSecretValue(client, () => nameOf(0)));
  const call: Call = (n) => calls[n % calls.length]!(n);
  return [640, 2_560].map((inFlight) => ({ name: 'GetSecretValue beyond capacity', inFlight, call }));
};

/** One of each kind, and of each number of secrets that it finds among a million; see seeding.ts. */
const FILTERS: readonly [finds: string, key: string, value: string][] = [
  ['none', 'tag-key', 'nobody'],
  ['1 in 20', 'tag-key', 'stage'],
  ['each', 'tag-key', 'team'],
  ['1 in 1,000', 'tag-value', 't777'],
  ['1 in 100', 'tag-value', 't77'],
  ['19 in 20', 'tag-value', '!prod'],
  ['1 in 1,000', 'name', nameOf(777_000).slice(0, -3)],
  ['each', 'name', nameOf(0).slice(0, 5)],
  ['1 in 1,000', 'description', 's777'],
  ['1 in 100', 'description', 's77'],
  ['each', 'description', 'benchmark'],
  ['1 in 1,000', 'all', 't777 bench'],
  ['1 in 20', 'all', 'prod'],
  ['none', 'owning-service', 'rds'],
  ['each', 'primary-region', 'us-'],
];

/** The first page of what a filter finds, one list at a time. */
export const filterScenarios = ({ client, count }: ScenarioSurroundings): Measurable[] =>
  FILTERS.map(([finds, key, value]) => ({
    name: `ListSecrets among ${count}, by ${key}: ${finds}`,
    inFlight: 1,
    call: async () => {
      const request = ListSecretsRequest.fromPartial({ maxResults: PAGE, filters: [{ key, values: [value] }] });
      const page = await ask<ListSecretsRequest, ListSecretsResponse>(client, 'listSecrets', request);
      return page.secretList.length;
    },
  }));

/** Calls whose cost must not depend on the number of secrets. */
export const scaleScenarios = ({ client, count, deepToken }: ScenarioSurroundings): Measurable[] => [
  { name: `GetSecretValue, among ${count}`, inFlight: 64, call: getSecretValue(client, spread(count)) },
  { name: `ListSecrets, first page among ${count}`, inFlight: 8, call: listSecrets(client, '') },
  { name: `ListSecrets, deep page among ${count}`, inFlight: 8, call: listSecrets(client, deepToken) },
];
