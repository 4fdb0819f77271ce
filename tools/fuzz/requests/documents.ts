import type { Naming, TextSurroundings } from './text-surroundings';
import type { Dice } from './dice';

const principal = (dice: Dice, naming: Naming): unknown =>
  dice.pick([
    () => '*',
    () => ({ AWS: '*' }),
    () => ({ AWS: naming('principal', dice) }),
    () => ({ AWS: [naming('principal', dice), naming('account', dice)] }),
    () => ({ Federated: naming('provider', dice) }),
    () => ({ Service: 'secretsmanager.amazonaws.com' }),
  ])();

const resource = (dice: Dice, naming: Naming): unknown =>
  dice.pick([() => '*', () => naming('secret', dice), () => [naming('secret', dice), 'arn:aws:s3:::x']])();

const conditions: readonly unknown[] = [
  { StringEquals: { 'aws:PrincipalTag/Team': 'blue' } },
  { StringLike: { 'aws:userid': '*' } },
  { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } },
  { IpAddress: { 'aws:SourceIp': ['127.0.0.0/8', '::1/128'] } },
  { DateLessThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } },
  { NumericLessThan: { 'aws:MultiFactorAuthAge': '60' } },
  { Bool: { 'aws:SecureTransport': 'true' } },
  { Null: { 'aws:TokenIssueTime': 'true' } },
  { 'ForAllValues:StringLike': { 'aws:TagKeys': ['Team', 'Stage'] } },
  { StringEqualsIfExists: { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' } },
];

/** A policy document, of identities or of resources. */
export function document({ dice, naming }: TextSurroundings): string {
  if (dice.once(8)) return dice.pick(odd)();
  const statement = () => ({
    Effect: dice.pick(['Allow', 'Allow', 'Deny']),
    Action: dice.pick(['*', 'secretsmanager:*', 'kms:*', ['sts:AssumeRole', 'sts:TagSession'], 'secretsmanager:GetSecretValue']),
    ...(dice.once(2) ? { Principal: principal(dice, naming) } : {}),
    ...(dice.once(4) ? {} : { Resource: resource(dice, naming) }),
    ...(dice.once(2) ? { Condition: dice.pick(conditions) } : {}),
  });
  return JSON.stringify({ Version: '2012-10-17', Statement: dice.once(3) ? statement() : [statement(), statement()] });
}

/** Documents that are valid, but dangerous to trust. */
const odd: readonly (() => string)[] = [
  () => '{}',
  () => 'null',
  () => '[]',
  () => '{"Version":"2012-10-17","Statement":[]}',
  () => `{"Version":"2012-10-17","Statement":${'['.repeat(3_000)}${']'.repeat(3_000)}}`,
  () => `{"Statement":${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}}`,
  () =>
    '{"Version":"2012-10-17","Version":"2008-10-17","Statement":{"Effect":"Allow","Effect":"Deny","Action":"*","Resource":"*"}}',
  () => '{"Version":"2012-10-17","__proto__":{"Statement":[]},"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}',
  () =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action: '*',
        Resource: '*',
        Condition: { StringEquals: { constructor: 'x', __proto__: 'y' } },
      },
    }),
  () =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: `${'*a'.repeat(60)}b`, Resource: `${'?*'.repeat(60)}x` },
    }),
  () => JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '${aws:username}${*}${' } }),
  () =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: Array.from({ length: 300 }, (_, at) => ({ Effect: 'Allow', Action: 'a:b', Resource: `arn:aws:a:b:c:${at}` })),
    }),
];
