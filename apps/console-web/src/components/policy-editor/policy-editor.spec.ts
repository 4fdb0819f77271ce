import { type Choice, choicesAt, matching } from './policy-choices';
import { diagnosticsOf, findingsOf } from './findings';
import { summaryOf } from './policy-summary';
import { spotAt, statementAt } from './policy-tree';

const ACTIONS = ['kms:Decrypt', 'secretsmanager:GetRandomPassword', 'secretsmanager:GetSecretValue', 'sts:AssumeRole'];
const searchArns = async (typed: string, wanted: string): Promise<Choice[]> => [{ text: `${wanted} like ${typed}`, kind: 'arn' }];

/** What is offered where `|` stands. */
async function offered(text: string, kind: 'identity' | 'trust' | 'resource' = 'identity'): Promise<string[]> {
  const position = text.indexOf('|');
  const policy = text.replace('|', '');
  const spot = spotAt(policy, position);
  if (!spot) return [];
  const statement = statementAt(policy, position);
  const choices = await choicesAt(spot, { kind, actions: ACTIONS, searchArns, statement });
  return choices.toSorted((a, b) => (b.boost ?? 0) - (a.boost ?? 0)).map((choice) => choice.text);
}

describe('completions', () => {
  it.each([
    ['{"Version": "2012-10-17", "|"}', ['Id', 'Statement']],
    ['{ | }', ['Version', 'Id', 'Statement']],
    ['{"Version": "|"}', ['2012-10-17']],
    ['{"Statement": [{"Effect": "|"}]}', ['Allow', 'Deny']],
    ['{"Statement": {"Effect": |}}', ['Allow', 'Deny']],
    ['{"Statement": [{"Sid": "a", "NotAction": "*", "|"}]}', ['Effect', 'Resource', 'Condition', 'NotResource']],
    ['{"Statement": [{"Action": [], "Resource": ["prod|"]}]}', ['resource like prod', '*']],
    ['{"Statement": [{"Condition": {"Bool": {"aws:SecureTransport": "|"}}}]}', ['true', 'false']],
  ])('offer what fits in %s', async (text, expected) => {
    expect(await offered(text)).toEqual(expected);
  });

  it('offers actions and what stands for several, but none twice', async () => {
    const shown = await offered('{"Statement": [{"Action": ["kms:Decrypt", "secretsmanager:|"]}]}');
    expect(shown).toContain('secretsmanager:GetSecretValue');
    expect(shown).toContain('secretsmanager:*');
    expect(shown).toContain('secretsmanager:Get*');
    expect(shown).not.toContain('kms:Decrypt');
  });

  it('knows whom a policy names, and what a trust policy is about', async () => {
    expect(await offered('{"Statement": [{"Principal": {"|"}}]}', 'resource')).toEqual(['AWS', 'Service', 'Federated']);
    expect(await offered('{"Statement": [{"Principal": {"AWS": "ann|"}}]}', 'trust')).toEqual(['principal like ann', '*']);
    expect(await offered('{"Statement": [{"Action": "|"}]}', 'trust')).toEqual(['sts:AssumeRole', 'sts:*']);
    expect(await offered('{"Statement": [{"|": 1}]}', 'trust')).not.toContain('Resource');
    expect(await offered('{"Statement": [{"|": 1}]}', 'identity')).not.toContain('Principal');
  });

  it('offers operators with what is typed before and after them, and keys of the statement’s actions first', async () => {
    expect(await offered('{"Statement": [{"Condition": {"|"}}]}')).toContain('NumericLessThan');
    expect(await offered('{"Statement": [{"Condition": {"ForAllValues:|"}}]}')).toContain('ForAllValues:StringLike');
    expect(await offered('{"Statement": [{"Condition": {"StringEquals|"}}]}')).toContain('StringEqualsIfExists');
    const statement = '{"Statement": [{"Action": "secretsmanager:GetSecretValue", "Condition": {"StringEquals": {"|"}}}]}';
    const keys = await offered(statement);
    expect(keys[0]).toMatch(/^(aws:ResourceTag|secretsmanager:)/);
    expect(keys.indexOf('secretsmanager:VersionStage')).toBeLessThan(keys.indexOf('kms:MacAlgorithm'));
  });
});

it('expands wildcards as the services do', () => {
  expect(matching(['SecretsManager:get*'], ACTIONS)).toEqual(ACTIONS.slice(1, 3));
  expect(matching(['kms:*', 'sts:*'], ACTIONS, { negated: true })).toEqual(ACTIONS.slice(1, 3));
});

describe('findings', () => {
  const shown = (text: string, rules: Parameters<typeof findingsOf>[1]) =>
    diagnosticsOf(text, findingsOf(text, rules)).map(({ from, to, message }) => [text.slice(from, to), message]);

  it('stand where the fault is', () => {
    const text = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Perhaps', Action: ['kms:Decrypt', 'decrypt'], Resource: '*' },
        { Effect: 'Deny', Action: '*', Resource: '*', Condition: { StringEqual: { 'id.example.org:sub': 'a' } } },
      ],
    });
    const found = shown(text, { kind: 'identity' });
    expect(found.map(([at]) => at)).toEqual(['"Effect"', '"decrypt"', '"StringEqual"']);
    expect(found[1]![1]).toMatch(/^Must be \* or service:Action/);
  });

  it('name the line of what is no JSON, and the whole for what is too long', () => {
    expect(shown('{\n  "Version" "x"}', { kind: 'identity' })[0]![0]).toBe('"');
    const long = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
    expect(shown(long, { kind: 'identity', maxSize: 10 })[0]![0]).toBe(long);
  });

  it('tell of what lets in everybody, where that is refused', () => {
    const text = JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] });
    expect(shown(text, { kind: 'resource' })).toEqual([]);
    expect(shown(text, { kind: 'resource', isPublicRefused: true })[0]![1]).toMatch(/^Must not grant public access/);
  });
});

describe('the summary', () => {
  it('says who may do what on what, and when', () => {
    const text = JSON.stringify({
      Statement: [
        {
          ...{ Sid: 'read', Effect: 'Allow', Principal: { AWS: ['a', 'b'] }, NotAction: 'sts:*', Resource: 'r' },
          Condition: { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '::1'] }, Bool: { 'aws:SecureTransport': true } },
        },
        { Effect: 'Deny', Action: 'kms:*', NotResource: ['x', 'y'] },
        { Effect: 'Deny' },
      ],
    });
    expect(summaryOf(text, ACTIONS)).toEqual([
      {
        ...{ effect: 'Allow', sid: 'read' },
        who: { names: ['a', 'b'], isExcept: false },
        what: { patterns: ['sts:*'], isExcept: true, actions: ACTIONS.slice(0, 3) },
        on: { names: ['r'], isExcept: false },
        when: [
          { operator: 'IpAddress', key: 'aws:SourceIp', values: ['10.0.0.0/8', '::1'] },
          { operator: 'Bool', key: 'aws:SecureTransport', values: ['true'] },
        ],
      },
      {
        effect: 'Deny',
        who: undefined,
        what: { patterns: ['kms:*'], isExcept: false, actions: ['kms:Decrypt'] },
        on: { names: ['x', 'y'], isExcept: true },
        when: [],
      },
    ]);
    expect(summaryOf('{', ACTIONS)).toBeUndefined();
    expect(summaryOf('[1]', ACTIONS)).toBeUndefined();
    expect(summaryOf('{"Statement": "x"}', ACTIONS)).toEqual([]);
  });
});
