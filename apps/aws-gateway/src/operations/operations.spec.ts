import { readFileSync } from 'node:fs';
import * as awsCloudTrail from '@aws-sdk/client-cloudtrail';
import * as awsEvents from '@aws-sdk/client-eventbridge';
import * as awsIam from '@aws-sdk/client-iam';
import * as awsKms from '@aws-sdk/client-kms';
import * as awsSecrets from '@aws-sdk/client-secrets-manager';
import * as awsSns from '@aws-sdk/client-sns';
import * as awsSts from '@aws-sdk/client-sts';
import * as keys from '@strongroom/contracts/strongroom/keys/v1/keys';
import * as secrets from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { messageOf } from '../gateway/backend';
import { lowerCamel, type Shape, type Value } from '../model/shapes';
import { toFields } from '../model/message';
import { cloudTrail } from './cloudtrail';
import { events } from './events';
import { iam } from './iam';
import { absentFromKms, kms } from './kms';
import type { Operations } from './operation';
import { secretsManager } from './secrets-manager';
import { sns } from './sns';
import { sts } from './sts';

type Module = Record<string, unknown>;

/** AWS's clients describe a shape by a kind, names and, for structures, their members. */
type AwsSchema = readonly unknown[];
const STRUCTURE = 3;
const LIST = 1;

/** The schema itself, without references and traits. */
function resolve(schema: unknown): AwsSchema {
  if (typeof schema === 'function') return resolve((schema as () => unknown)());
  if (Array.isArray(schema) && typeof schema[0] !== 'number') return resolve(schema[0]);
  return schema as AwsSchema;
}

/** The places of members that our description has and AWS's does not. */
function unknownMembers(shape: Shape, schema: unknown, at: string): string[] {
  const aws = resolve(schema);
  if (shape.kind === 'list' && Array.isArray(aws) && aws[0] === LIST) return unknownMembers(shape.item, aws[4], `${at}[]`);
  if (shape.kind !== 'structure') return [];
  if (!Array.isArray(aws) || aws[0] !== STRUCTURE) return Object.keys(shape.members).length ? [`${at}: no structure`] : [];
  const [names, schemas] = [aws[4] as string[], aws[5] as unknown[]];
  return Object.entries(shape.members).flatMap(([member, inner]) => {
    const index = names.indexOf(member);
    return index < 0 ? [`${at}.${member}`] : unknownMembers(inner, schemas[index], `${at}.${member}`);
  });
}

function sampleOf(shape: Shape): Value {
  switch (shape.kind) {
    case 'integer':
    case 'long':
      return 1;
    case 'boolean':
      return true;
    case 'blob':
      return Buffer.from('x');
    case 'timestamp':
      return new Date(0);
    case 'enum':
      return Object.keys(shape.values)[0]!;
    case 'list':
      return [sampleOf(shape.item)];
    case 'map':
      return { key: sampleOf(shape.value) };
    case 'structure':
      return Object.fromEntries(Object.entries(shape.members).map(([name, inner]) => [name, sampleOf(inner)]));
    default:
      return 'x';
  }
}

const tables: [string, Operations, Module][] = [
  ['Secrets Manager', secretsManager, awsSecrets],
  ['KMS', kms, awsKms],
  ['EventBridge', events, awsEvents],
  ['STS', sts, awsSts],
  ['IAM', iam, awsIam],
  ['CloudTrail', cloudTrail, awsCloudTrail],
  ['SNS', sns, awsSns],
];
const all = tables.flatMap(([service, operations, aws]) =>
  [...operations].map(([name, operation]) => ({ service, name, operation, aws })),
);

it.each(all)('$service $name is described with the members that AWS has', ({ name, operation, aws }) => {
  const schema = aws[`${name}$`] as AwsSchema | undefined;
  expect(schema).toBeDefined();
  expect(unknownMembers(operation.input, schema![4], 'in')).toEqual([]);
  expect(unknownMembers(operation.output, schema![5], 'out')).toEqual([]);
});

it.each(all)('$service $name asks for and answers what the gRPC messages have', ({ operation }) => {
  const fields = toFields(operation.input, sampleOf(operation.input) as never);
  const request = messageOf(operation.target, operation.method, 'Request').fromPartial({});
  expect(Object.keys(operation.toRequest?.(fields) ?? fields).filter((field) => !(field in request))).toEqual([]);
  const response = messageOf(operation.target, operation.method, 'Response').fromPartial({});
  const wanted = Object.entries(operation.output.members).map(([m, { field }]) => field ?? lowerCamel(m));
  if (!operation.fromResponse) expect(wanted.filter((field) => !(field in response))).toEqual([]);
});

it.each(all.filter(({ service }) => ['STS', 'IAM', 'SNS'].includes(service)))(
  '$service $name has a result in XML if AWS has one',
  ({ name, operation, aws }) => {
    const output = resolve((aws[`${name}$`] as AwsSchema)[5]);
    const hasResult = Object.keys(operation.output.members).length > 0 || operation.hasEmptyResult === true;
    expect(hasResult).toBe(Array.isArray(output) && output[0] === STRUCTURE);
  },
);

it('covers every operation that secrets-api and crypto-keyservice have', () => {
  const methods = (table: Operations) => new Set([...table.values()].map(({ method }) => method));
  // AWS has no streams.
  const missing = (definition: Record<string, { requestStream: boolean }>, table: Operations) =>
    Object.keys(definition).filter((method) => !definition[method]!.requestStream && !methods(table).has(method));
  expect(missing({ ...secrets.SecretsServiceService }, secretsManager)).toEqual([]);
  expect(missing({ ...keys.KeyServiceService }, kms)).toEqual([]);
});

it('says of each operation of KMS that is not there why', () => {
  const names = Object.values(awsKms as Module).flatMap((value) =>
    Array.isArray(value) && value[0] === 9 ? [String(value[2])] : [],
  );
  expect([...kms.keys(), ...absentFromKms.keys()].sort()).toEqual(names.sort());
});

it.each([
  ['Secrets Manager', awsSecrets as Module, secretsManager],
  ['KMS', awsKms as Module, kms],
  ['SNS', awsSns as Module, sns],
])('has every operation of %s in docs/aws-compatibility.md, with its state', (service, aws, table) => {
  // An operation's schema is of kind 9.
  const operations = Object.values(aws).flatMap((value) => (Array.isArray(value) && value[0] === 9 ? [String(value[2])] : []));
  const [, section = ''] = readFileSync('docs/aws-compatibility.md', 'utf8').split(`\n## ${service}: `);
  const rows = [...section.split('\n## ')[0]!.matchAll(/^\| (\w+) +\| (yes|not there) +\|/gm)].map(([, name, state]) => [
    name,
    state,
  ]);
  expect(rows).toEqual(operations.sort().map((name) => [name, table.has(name) ? 'yes' : 'not there']));
  expect(section).toMatch(new RegExp(`^${table.size} of ${operations.length}\\n`));
});
