import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@strongroom/testing';
import { type AgentAnswer, AgentProcess, type AgentRequest, askAgent } from './support/agent-process';
import { awsAgent, AwsAgentProcess, TOKEN } from './support/aws-agent-process';
import { policy } from './support/policies';
import { binary, System, text, unique } from './support/system';

if (!awsAgent) process.stderr.write('skipped: the comparison with AWS’s agent, because STRONGROOM_TEST_AWS_AGENT names none\n');

const PROOF = { 'X-Aws-Parameters-Secrets-Token': TOKEN };
const get = (path: string, headers: AgentRequest['headers'] = PROOF): AgentRequest => ({ path, headers });
const named = (secretId: string, more = '') => get(`/secretsmanager/get?secretId=${secretId}${more}`);

/** What both agents are asked for. */
interface Known {
  name: string;
  arn: string;
  /** Of the previous value of the first secret. */
  previous: string;
  bytes: string;
  denied: string;
  deleted: string;
}
type Ask = (known: Known) => AgentRequest;

/** What programs may rely on: status and body are the same. */
const same: [string, Ask][] = [
  ['a secret by its name', ({ name }) => named(name)],
  ['a secret by its ARN', ({ arn }) => named(arn)],
  ['a secret by its name, with escapes', ({ name }) => named(name.replace('/', '%2F'))],
  ['a secret in the path', ({ name }) => get(`/v1/${name}`)],
  ['an ARN in the path', ({ arn }) => get(`/v1/${arn}`)],
  ['bytes', ({ bytes }) => named(bytes)],
  ['a version by its label', ({ name }) => named(name, '&versionStage=AWSPREVIOUS')],
  ['a version by its label, in the path', ({ name }) => get(`/v1/${name}?versionStage=AWSPREVIOUS`)],
  ['a version by its id', ({ name, previous }) => named(name, `&versionId=${previous}`)],
  ['a version by both', ({ name, previous }) => named(name, `&versionId=${previous}&versionStage=AWSPREVIOUS`)],
  ['a version by both, which are not one', ({ name, previous }) => named(name, `&versionId=${previous}&versionStage=AWSCURRENT`)],
  ['a label that no version has', ({ name }) => named(name, '&versionStage=nothing')],
  ['an id that no version has', ({ name }) => named(name, `&versionId=${'0'.repeat(32)}`)],
  ['an empty id', ({ name }) => named(name, '&versionId=')],
  ['an empty label', ({ name }) => named(name, '&versionStage=')],
  [
    'an id that is too short, and a label that is too long',
    ({ name }) => named(name, `&versionId=x&versionStage=${'a'.repeat(300)}`),
  ],
  ['an id that is too long', ({ name }) => named(name, `&versionId=${'é'.repeat(65)}`)],
  ['a label with a space', ({ name }) => named(name, '&versionStage=a%20b')],
  ['a name that is too long', () => named('a'.repeat(513))],
  ['an id of a secret that is too long', () => named('a'.repeat(2_049))],
  ['a name that cannot be', () => named('a%20b')],
  ['a name with a NUL byte', () => named('a%00')],
  ['a plus, which is a space', () => named('a+b')],
  ['a plus in the path', () => get('/v1/a+b')],
  ['an ARN without its end', ({ arn }) => named(arn.slice(0, -7))],
  ['an ARN with another end', ({ arn }) => named(`${arn.slice(0, -6)}aaaaaa`)],
  ['an ARN of another account', ({ arn }) => named(arn.replace(/:\d{12}:/, ':111111111111:'))],
  ['an ARN of something else', () => named('arn:aws:kms:us-east-1:000000000000:key/x')],
  ['what would lead out of the prefix', () => get('/v1/../secretsmanager/get')],
  ['a value that is fetched', ({ name }) => named(name, '&refreshNow=true')],
  ['a value that is fetched, with a number', ({ name }) => named(name, '&refreshNow=1')],
  ['a value that need not be fetched', ({ name }) => named(name, '&refreshNow=FALSE')],
  ['a flag that is none', ({ name }) => named(name, '&refreshNow=yes')],
  ['an empty flag', ({ name }) => named(name, '&refreshNow=')],
  ['a flag that is none, and no secret', () => get('/secretsmanager/get?refreshNow=yes')],
  ['no secret', () => get('/secretsmanager/get')],
  ['a secret without a name', () => named('')],
  ['no secret in the path', () => get('/v1/')],
  ['no secret in the path, but a label', () => get('/v1/?versionStage=AWSCURRENT')],
  ['an unknown parameter', ({ name }) => named(name, '&abc=123')],
  ['an unknown parameter, and no secret', () => get('/secretsmanager/get?abc=123')],
  ['a secret twice, in path and query', ({ name }) => get(`/v1/${name}?secretId=${name}`)],
  ['a secret that is not there', () => named('absent/secret')],
  ['a secret that is not there, fetched', () => named('absent/secret', '&refreshNow=true')],
  ['a secret that may not be read', ({ denied }) => named(denied)],
  ['a secret that is deleted', ({ deleted }) => named(deleted)],
  ['an unknown path', () => get('/secrets')],
  ['the root', () => get('/')],
  ['the path in capitals', ({ name }) => get(`/SecretsManager/get?secretId=${name}`)],
  ['the prefix without its slash', () => get('/v1')],
  ['no token', ({ name }) => ({ ...named(name), headers: {} })],
  ['no token, at an unknown path', () => get('/secrets', {})],
  ['an empty token', ({ name }) => ({ ...named(name), headers: { 'X-Aws-Parameters-Secrets-Token': '' } })],
  ['a wrong token', ({ name }) => ({ ...named(name), headers: { 'X-Aws-Parameters-Secrets-Token': `${TOKEN}x` } })],
  ['the token where Vault has it', ({ name }) => ({ ...named(name), headers: { 'X-Vault-Token': TOKEN } })],
  [
    'a wrong token, and the right one where Vault has it',
    ({ name }) => ({ ...named(name), headers: { 'X-Aws-Parameters-Secrets-Token': 'wrong', 'X-Vault-Token': TOKEN } }),
  ],
  ['the token twice', ({ name }) => ({ ...named(name), headers: { 'X-Aws-Parameters-Secrets-Token': [TOKEN, 'wrong'] } })],
  ['the token, and before it another', ({ name }) => ({ ...named(name), headers: { 'X-Vault-Token': ['wrong', TOKEN] } })],
  ['the token as a bearer', ({ name }) => ({ ...named(name), headers: { Authorization: `Bearer ${TOKEN}` } })],
  ['what was forwarded', ({ name }) => ({ ...named(name), headers: { ...PROOF, 'X-Forwarded-For': '192.0.2.1' } })],
  ['what was forwarded, without a token', ({ name }) => ({ ...named(name), headers: { 'x-forwarded-for': '192.0.2.1' } })],
  ['what was forwarded, empty', ({ name }) => ({ ...named(name), headers: { ...PROOF, 'X-Forwarded-For': '' } })],
  ['POST', ({ name }) => ({ ...named(name), method: 'POST' })],
  ['PUT', ({ name }) => ({ ...named(name), method: 'PUT' })],
  ['DELETE', ({ name }) => ({ ...named(name), method: 'DELETE' })],
  ['HEAD', ({ name }) => ({ ...named(name), method: 'HEAD' })],
  ['OPTIONS', ({ name }) => ({ ...named(name), method: 'OPTIONS' })],
  ['POST without a token', ({ name }) => ({ ...named(name), method: 'POST', headers: {} })],
  ['POST at an unknown path', () => ({ ...get('/secrets'), method: 'POST' })],
  ['the health', () => get('/ping', {})],
  ['the health, forwarded', () => get('/ping', { 'X-Forwarded-For': '192.0.2.1' })],
  ['the health, with parameters', () => get('/ping?verbose=1', {})],
  ['the health by POST', () => ({ ...get('/ping', {}), method: 'POST' })],
];

const found = /^200 .*"SecretString":"second"/;
const badName = /^400 \{"__type":"ValidationException","message":"Invalid name/;

/** The differences that docs/agent.md lists, each with what AWS’s agent says and what ours says. */
const different: [string, Ask, RegExp, RegExp][] = [
  [
    'another host',
    ({ name }) => ({ ...named(name), headers: { ...PROOF, Host: 'attacker.example:2773' } }),
    found,
    /^403 Bad Host$/,
  ],
  ...['Forwarded', 'Via', 'X-Real-Ip', 'X-Forwarded-Host'].map((header): [string, Ask, RegExp, RegExp] => [
    header,
    ({ name }) => ({ ...named(name), headers: { ...PROOF, [header]: '192.0.2.1' } }),
    found,
    /^400 Forwarded$/,
  ]),
  ['a parameter twice', ({ name }) => named('absent', `&secretId=${name}`), found, /^400 repeated parameter: secretId$/],
  [
    'an escape in the path',
    ({ name }) => get(`/v1/${name.replace('/', '%2F')}`),
    /^400 \{"__type":"(ResourceNotFound|Validation|InvalidParameter)Exception"/,
    found,
  ],
  ['an escape that is none', () => named('%zz'), badName, /^400 the address is not well-formed$/],
  ['bytes that are no UTF-8', () => named('%C0%AF'), badName, /^400 the address is not well-formed$/],
  ['a long parameter', ({ name }) => named(name, `&${'a'.repeat(65)}=1`), /^400 unknown parameter: a{65}$/, /: a{64}$/],
  [
    'a body',
    ({ name }) => ({ ...named(name), headers: { ...PROOF, 'Content-Length': '1' }, body: 'x' }),
    found,
    /^400 A request must/,
  ],
  [
    'another role',
    ({ name }) => named(name, '&roleArn=arn:aws:iam::000000000000:role/nobody'),
    /^403 \{"__type":"AccessDeniedException"/,
    /^400 unknown parameter: roleArn$/,
  ],
];

(awsAgent ? describe : describe.skip)('AWS’s agent and ours, as the same user of the same cluster', () => {
  let system: System;
  let theirs: AwsAgentProcess;
  let ours: AgentProcess;
  let folder: ReturnType<typeof temporaryDirectory>;
  let known: Known;

  beforeAll(async () => {
    system = await System.shared();
    folder = temporaryDirectory('agent-parity');
    const denied = unique('denied/secret');
    const document = policy(
      { Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], Resource: '*' },
      { Effect: 'Deny', Action: '*', Resource: `arn:aws:secretsmanager:*:*:secret:${denied}-*` },
    );
    const user = await system.user('agents', document);
    const { secrets, identity } = system.admin;
    const { accessKey, secretAccessKey } = await identity.createAccessKey({ userName: user.name });
    const names = { name: unique('prod/db'), bytes: unique('bytes'), deleted: unique('deleted') };
    const { arn } = await secrets.createSecret({ name: names.name, value: text('first') });
    const { versionId: previous } = await secrets.getSecretValue({ secretId: arn });
    await secrets.putSecretValue({ secretId: arn, value: text('second') });
    await secrets.createSecret({ name: names.bytes, value: binary(Buffer.from([0, 1, 255])) });
    for (const name of [denied, names.deleted]) await secrets.createSecret({ name, value: text('nobody’s') });
    await secrets.deleteSecret({ secretId: names.deleted });
    known = { ...names, arn, previous, denied };
    const tokenFile = join(folder.path, 'token');
    writeFileSync(tokenFile, TOKEN, { mode: 0o600 });
    [theirs, ours] = await Promise.all([
      AwsAgentProcess.start(awsAgent!, {
        cluster: system.cluster,
        credentials: { accessKeyId: accessKey!.accessKeyId, secretAccessKey },
      }),
      AgentProcess.start(system.cluster, user.certificate, { STRONGROOM_AGENT_TOKEN_FILE: tokenFile }),
    ]);
  });
  afterAll(async () => {
    await ours?.stop();
    await theirs?.stop();
    folder?.remove();
    await system?.stop();
  });

  const said = ({ status, body }: AgentAnswer) => `${status} ${body}`;
  /** What theirs says, and what ours says. */
  const askBoth = async (ask: Ask) => {
    const answers = await Promise.all([theirs, ours].map(({ port }) => askAgent(port, ask(known))));
    return answers.map(said) as [string, string];
  };

  it.each(same)('say the same of %s', async (_what, ask) => {
    const [expected, answered] = await askBoth(ask);
    expect(answered).toBe(expected);
  });

  it.each(different)('differ, as docs/agent.md says, in %s', async (_what, ask, expected, answered) => {
    const both = await askBoth(ask);
    expect(both).toEqual([expect.stringMatching(expected), expect.stringMatching(answered)]);
  });
});
