import { connect as connectHttp2 } from 'node:http2';
import { Agent, request as httpsRequest } from 'node:https';
import { connect as connectTls } from 'node:tls';
import { AwsError } from '../aws-error';
import { signed } from '../signature/sign.testing';
import { DomainError, internalServiceError, resourceNotFound, serviceUnavailable } from '@strongroom/errors';
import { isServing } from '@strongroom/health-probe';
import { eventually } from '@strongroom/testing';
import fc from 'fast-check';
import { NOW, SIGNER, TestGateway, toSecretsManager } from './gateway.testing';

let test: TestGateway;
beforeAll(async () => {
  test = await TestGateway.start({ headers: 600, request: 600, idle: 5_000 });
});
beforeEach(() => {
  test.calls.length = 0;
  test.refusals.length = 0;
  test.refusing = undefined;
  test.answer = () => Promise.resolve({});
});
afterAll(() => test.stop());

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: string;
}
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
afterAll(() => agent.destroy());

const post = ({ headers, body }: { headers: Record<string, string>; body: Buffer }, path = '/', method = 'POST') =>
  new Promise<Answer & { reused: boolean }>((resolve, reject) => {
    const options = {
      agent,
      ca: test.pki.ca,
      servername: 'localhost',
      headers: { ...headers, 'content-length': body.length },
      method,
      path,
    };
    const request = httpsRequest(test.origin, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
          reused: request.reusedSocket,
        }),
      );
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
const typeOf = ({ body }: Answer) => (JSON.parse(body) as { __type: string }).__type;

describe('a signed request', () => {
  it('is a call on behalf of who signed it, from the address and by the program that it came from', async () => {
    test.answer = async () => ({ arn: 'arn', name: 'n', value: { value: { $case: 'secretString', value: 'hidden' } } });
    const answer = await post(await toSecretsManager('GetSecretValue', '{"SecretId":"n"}', { headers: { 'user-agent': 'a/1' } }));
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' } });
    expect(JSON.parse(answer.body)).toEqual({ ARN: 'arn', Name: 'n', SecretString: 'hidden' });
    const requestId = answer.headers['x-amzn-requestid'];
    expect(test.calls).toEqual([
      [
        'secrets',
        'getSecretValue',
        { secretId: 'n' },
        {
          deadline: expect.any(Number),
          requestId,
          onBehalfOf: {
            credentialId: `key:${SIGNER.accessKeyId}`,
            sourceIp: '127.0.0.1',
            userAgent: 'a/1',
            requestId,
            insecureTransport: false,
          },
        },
      ],
    ]);
  });

  it('says when it came in the clear', async () => {
    const { headers, body } = await toSecretsManager('ListSecrets');
    const response = await fetch(`http://127.0.0.1:${test.servers.plain.port}`, {
      method: 'POST',
      // The tests' signer signed another host, because fetch sends its own.
      headers,
      body,
    });
    expect(response.status).toBe(400);
    const own = await signedFor(`127.0.0.1:${test.servers.plain.port}`);
    const answer = await fetch(`http://127.0.0.1:${test.servers.plain.port}`, { method: 'POST', headers: own, body });
    expect(answer.status).toBe(200);
    expect(test.calls[0]![3].onBehalfOf).toMatchObject({ insecureTransport: true });
  });

  it('keeps its connection for the next', async () => {
    await post(await toSecretsManager('ListSecrets'));
    expect((await post(await toSecretsManager('ListSecrets'))).reused).toBe(true);
  });

  it('comes by HTTP/2 as well, many at once on one connection', async () => {
    test.answer = async () => ({ randomPassword: 'p' });
    const session = connectHttp2(test.origin, { ca: test.pki.ca });
    const ask = async () => {
      const { headers, body } = await toSecretsManager('GetRandomPassword');
      const { host: _, ...rest } = headers;
      const stream = session.request({ ':method': 'POST', ':path': '/', ':authority': 'gateway.test', ...rest });
      stream.end(body);
      let text = '';
      for await (const chunk of stream.setEncoding('utf8')) text += chunk;
      return text;
    };
    const answers = await Promise.all(Array.from({ length: 100 }, ask));
    expect(new Set(answers)).toEqual(new Set(['{"RandomPassword":"p"}']));
    session.close();
  });
});

const signedFor = async (host: string) => {
  const headers = { host, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.ListSecrets' };
  const request = await signed({ headers, body: Buffer.from('{}') }, { ...SIGNER, service: 'secretsmanager' });
  return request.headers as Record<string, string>;
};

it.each(['CloudTrail_20131101', 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101'])(
  'knows CloudTrail by the name %s, as newer and older clients send it',
  async (name) => {
    test.answer = async () => ({ events: [], nextToken: '' });
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${name}.LookupEvents` };
    const body = Buffer.from('{"StartTime":1,"MaxResults":7}');
    const request = await signed({ headers, body }, { ...SIGNER, service: 'cloudtrail' });
    const answer = await post({ headers: request.headers as Record<string, string>, body });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { Events: [] }]);
    expect(test.calls.map(([target, method, fields]) => [target, method, fields])).toEqual([
      ['audit', 'lookupEvents', { filter: { startTime: new Date(1_000) }, maxResults: 7, nextToken: '' }],
    ]);
  },
);

it('answers health checks without asking who wants to know', async () => {
  const { caFile } = await test.pki.issueFiles({ uri: 'spiffe://strongroom.local/user/probe' });
  expect(await isServing(`localhost:${test.servers.secure.port}`, caFile)).toBe(true);
});

describe('errors', () => {
  it.each<[unknown, number, string]>([
    [resourceNotFound("Secrets Manager can't find the specified secret."), 400, 'ResourceNotFoundException'],
    [serviceUnavailable('away'), 503, 'ServiceUnavailableException'],
    [internalServiceError('broken'), 500, 'InternalServiceError'],
    [
      new DomainError({ kind: 'unauthenticated', reason: 'UnrecognizedClientException', message: 'no' }),
      400,
      'UnrecognizedClientException',
    ],
    [new Error('with a secret in it'), 500, 'InternalServiceError'],
    [new AwsError('X', 'y', 418), 418, 'X'],
  ])('of the services become AWS’s: %s', async (error, status, type) => {
    test.answer = () => Promise.reject(error);
    const answer = await post(await toSecretsManager('ListSecrets'));
    expect([answer.status, typeOf(answer), answer.headers['x-amzn-errortype']]).toEqual([status, type, type]);
    expect(answer.body).not.toContain('with a secret in it');
  });

  it.each<[string, Parameters<typeof toSecretsManager>, string]>([
    ['an operation that there is not', ['Nothing'], 'UnknownOperationException'],
    ['a name of the prototype', ['constructor'], 'UnknownOperationException'],
    ['another content type', ['ListSecrets', '{}', { headers: { 'content-type': 'text/plain' } }], 'UnknownOperationException'],
    ['a truncated body', ['ListSecrets', '{"MaxResults":'], 'SerializationException'],
    ['a body that is not UTF-8', ['ListSecrets', Buffer.from([0x22, 0xff, 0x22])], 'SerializationException'],
    ['a body of great depth', ['ListSecrets', '['.repeat(500_000)], 'SerializationException'],
    ['a rule that is broken', ['ListSecrets', '{"MaxResults":0}'], 'ValidationException'],
    ['what is not supported', ['CreateSecret', '{"Name":"n","Type":"x"}'], 'InvalidParameterException'],
  ])('answer %s', async (_, plan, type) => {
    const answer = await post(await toSecretsManager(...plan));
    expect([answer.status, typeOf(answer)]).toEqual([400, type]);
    expect(test.calls).toEqual([]);
  });

  const TOKEN = 'You must provide a ClientRequestToken value. We recommend a UUID-type value.';
  const BOTH = "You can't specify both a binary secret value and a string secret value in the same secret.";
  it.each<[string, object, string, string]>([
    ['CreateSecret', { Name: 'n', SecretString: 's' }, 'InvalidRequestException', TOKEN],
    ['PutSecretValue', { SecretId: 'n', SecretString: 's' }, 'InvalidRequestException', TOKEN],
    ['UpdateSecret', { SecretId: 'n', SecretString: 's' }, 'InvalidRequestException', TOKEN],
    ['RotateSecret', { SecretId: 'n' }, 'InvalidParameterException', TOKEN],
    ['CreateSecret', { Name: 'n', SecretString: 's', SecretBinary: 'cw==' }, 'InvalidParameterException', BOTH],
    ['PutSecretValue', { SecretId: 'n', SecretString: 's', SecretBinary: 'cw==' }, 'InvalidParameterException', BOTH],
    ['UpdateSecret', { SecretId: 'n', SecretString: 's', SecretBinary: 'cw==' }, 'InvalidParameterException', BOTH],
  ])('answer %s of %j by what AWS says of members that belong together', async (operation, input, type, message) => {
    const answer = await post(await toSecretsManager(operation, JSON.stringify(input)));
    expect([answer.status, JSON.parse(answer.body)]).toEqual([400, { __type: type, Message: message }]);
    expect(test.calls).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['GenerateRandom', {}, 'NumberOfBytes is required.'],
    ['CreateAlias', { AliasName: 'mine', TargetKeyId: 'k' }, 'Invalid identifier'],
    ['UpdateAlias', { AliasName: 'mine', TargetKeyId: 'k' }, 'Invalid identifier'],
    ['DeleteAlias', { AliasName: 'mine' }, 'Invalid identifier'],
  ])('answer KMS %s of %j as AWS does', async (operation, input, message) => {
    const body = Buffer.from(JSON.stringify(input));
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `TrentService.${operation}` };
    const request = await signed({ headers, body }, { ...SIGNER, service: 'kms' });
    const answer = await post({ headers: request.headers as Record<string, string>, body });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([400, { __type: 'ValidationException', message }]);
  });

  it.each([
    ['secretsmanager.ReplicateSecretToRegions', 'secretsmanager.ReplicateSecretToRegions'],
    ['DynamoDB_20120810.GetItem', 'DynamoDB_20120810.GetItem'],
    [`secretsmanager.${'X'.repeat(200)}`, 'unknown'],
    ['secretsmanager.<b>%20', 'unknown'],
  ])('name the operation %s that there is not, in the log as well', async (target, logged) => {
    test.log.length = 0;
    const answer = await post(await toSecretsManager('Nothing', '{}', { headers: { 'x-amz-target': target } }));
    const { __type, message } = JSON.parse(answer.body) as Record<string, string>;
    const shown = target.length > 128 ? `${target.slice(0, 128)}…` : target;
    expect([__type, message]).toEqual(['UnknownOperationException', `There is no operation '${shown}'.`]);
    expect(test.log.map((line) => (JSON.parse(line) as { method: string }).method)).toEqual([logged]);
    expect(await test.metrics.registry.metrics()).not.toContain(target.slice(0, 40));
  });

  it('answer methods and paths of no operation', async () => {
    const request = await toSecretsManager('ListSecrets');
    for (const [path, method] of [
      ['/', 'GET'],
      ['/', 'PUT'],
      ['/other', 'POST'],
      ['/%00', 'POST'],
    ] as const) {
      const answer = await post(request, path, method);
      expect([answer.status, typeOf(answer)]).toEqual([400, 'UnknownOperationException']);
    }
  });
});

describe('the Query services', () => {
  const form = async (text: string, service = 'sts', query = {}) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    const request = await signed({ headers, body: Buffer.from(text), query }, { ...SIGNER, service });
    return { headers: request.headers as Record<string, string>, body: Buffer.from(text) };
  };

  it('answer in XML', async () => {
    test.answer = async () => ({ userId: 'A&B', account: '0', arn: 'arn' });
    const answer = await post(await form('Action=GetCallerIdentity&Version=2011-06-15'));
    expect(answer.headers['content-type']).toBe('text/xml');
    expect(answer.body).toMatch(
      /^<GetCallerIdentityResponse xmlns="https:\/\/sts\.amazonaws\.com\/doc\/2011-06-15\/"><GetCallerIdentityResult><UserId>A&amp;B</,
    );
  });

  it.each([
    ['Action=Nothing&Version=2011-06-15', 400, 'InvalidAction'],
    ['Action=GetCallerIdentity', 400, 'InvalidAction'],
    ['Action=GetCallerIdentity&Action=GetCallerIdentity&Version=2011-06-15', 400, 'MalformedQueryString'],
    ['Action=%ff&Version=2011-06-15', 400, 'MalformedQueryString'],
    ['Action=GetSessionToken&Version=2011-06-15&DurationSeconds=1', 400, 'ValidationError'],
    ['Action=GetSessionToken&Version=2011-06-15&DurationSeconds=x', 400, 'MalformedQueryString'],
    ['Action=GetSessionToken&Version=2011-06-15&TokenCode=1', 400, 'ValidationError'],
    ['Action=ListUsers&Version=2010-05-08', 403, 'SignatureDoesNotMatch'],
  ])('%s is %d %s', async (text, status, code) => {
    const answer = await post(await form(text));
    expect(answer.status).toBe(status);
    expect(answer.body).toMatch(new RegExp(`<Type>Sender</Type><Code>${code}</Code>`));
  });

  describe('where the request proves its caller', () => {
    const withToken = (more = '') => {
      const body = Buffer.from(
        `Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn:aws:iam::000000000000:role/R&RoleSessionName=me&WebIdentityToken=a.b.c${more}`,
      );
      return post({ headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'a/1' }, body });
    };

    it('take it unsigned, and tell the service where it comes from', async () => {
      test.answer = async () => ({ subjectFromWebIdentityToken: 'ada', assumedRoleArn: 'arn', assumedRoleId: 'id' });
      const answer = await withToken('&PolicyArns.member.1.arn=arn:aws:iam::aws:policy/ReadOnly');
      expect(answer.body).toContain('<SubjectFromWebIdentityToken>ada</SubjectFromWebIdentityToken>');
      const [target, method, fields, options] = test.calls[0]!;
      expect([target, method]).toEqual(['tokens', 'assumeRoleWithWebIdentity']);
      expect(fields).toMatchObject({ webIdentityToken: 'a.b.c', policyArns: ['arn:aws:iam::aws:policy/ReadOnly'] });
      expect(options.onBehalfOf).toMatchObject({ credentialId: '', sourceIp: '127.0.0.1', userAgent: 'a/1' });
    });

    it.each([
      ['unauthenticated', 'InvalidIdentityToken', 400, 'InvalidIdentityToken'],
      ['unauthenticated', 'ExpiredTokenException', 400, 'ExpiredTokenException'],
      ['unavailable', 'IDPCommunicationError', 400, 'IDPCommunicationError'],
      ['permission-denied', 'AccessDeniedException', 403, 'AccessDenied'],
    ] as const)('answer %s %s by %d %s', async (kind, reason, status, code) => {
      test.answer = () => Promise.reject(new DomainError({ kind, reason, message: 'm' }));
      const answer = await withToken();
      expect(answer.status).toBe(status);
      expect(answer.body).toContain(`<Code>${code}</Code>`);
    });

    it('read no more parameters than any request has', async () => {
      const many = Array.from({ length: 36_000 }, (_, index) => `&PolicyArns.member.${index + 1}.arn=a`).join('');
      expect((await withToken(many)).body).toContain('<Code>RequestEntityTooLarge</Code>');
      expect((await withToken('&a='.repeat(5_000))).body).toMatch(
        /<Code>MalformedQueryString<\/Code><Message>The request must have at most 1000 parameters/,
      );
      expect(test.calls).toEqual([]);
    });

    it('show no token in errors', async () => {
      const answer = await withToken(`&DurationSeconds=1`);
      expect(answer.body).not.toContain('a.b.c');
      expect((await withToken('x'.repeat(20_001))).body).not.toContain('xxx');
    });
  });

  it('name the action that there is not', async () => {
    const answer = await post(await form('Action=DecodeAuthorizationMessage&Version=2011-06-15'));
    expect(answer.body).toContain(
      '<Message>There is no operation &apos;DecodeAuthorizationMessage&apos; of version &apos;2011-06-15&apos;.',
    );
    expect(test.log.join()).toContain('"method":"DecodeAuthorizationMessage"');
  });

  it('list users and roles without what AWS leaves out of lists', async () => {
    const boundary = 'arn:aws:iam::000000000000:policy/b';
    const listed = { path: '/', arn: 'arn', createDate: NOW, tags: [{ key: 'k', value: 'v' }], permissionsBoundary: boundary };
    test.answer = async () => ({
      users: [{ ...listed, userName: 'u', userId: 'id' }],
      roles: [{ ...listed, roleName: 'r', roleId: 'id' }],
      marker: '',
    });
    for (const action of ['ListUsers', 'ListRoles']) {
      const { body } = await post(await form(`Action=${action}&Version=2010-05-08`, 'iam'));
      expect(body).toContain('<Path>/</Path>');
      expect(body).not.toMatch(/Tags|PermissionsBoundary/);
    }
  });

  it('know of no instance profile of a role that there is', async () => {
    const ask = async () => post(await form('Action=ListInstanceProfilesForRole&Version=2010-05-08&RoleName=r', 'iam'));
    test.answer = async () => ({ role: { roleName: 'r' } });
    expect((await ask()).body).toContain('<InstanceProfiles></InstanceProfiles><IsTruncated>false</IsTruncated>');
    test.answer = () => Promise.reject(new DomainError({ kind: 'not-found', reason: 'NoSuchEntity', message: 'none' }));
    expect(await ask()).toMatchObject({ status: 404, body: expect.stringContaining('<Code>NoSuchEntity</Code>') });
  });

  it('have names and statuses of their own', async () => {
    test.answer = () => Promise.reject(new DomainError({ kind: 'not-found', reason: 'NoSuchEntity', message: '<none>' }));
    const answer = await post(await form('Action=GetUser&Version=2010-05-08', 'iam'));
    expect(answer.status).toBe(404);
    expect(answer.body).toContain('<Code>NoSuchEntity</Code><Message>&lt;none&gt;</Message>');
  });
});

describe('hostile input', () => {
  /** Sends bytes as they are. Resolves with the answer until the end of the connection. */
  const raw = (bytes: string | Buffer, { hold = false } = {}) =>
    new Promise<string>((resolve) => {
      const socket = connectTls({ host: 'localhost', port: test.servers.secure.port, ca: test.pki.ca }, () => {
        socket.write(bytes);
        if (!hold) socket.end();
      });
      let text = '';
      socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(text));
    });
  const works = async () => expect((await post(await toSecretsManager('ListSecrets'))).status).toBe(200);
  afterEach(works);

  it('does not read a body that is too large', async () => {
    const answer = await post(await toSecretsManager('ListSecrets', 'x'.repeat((1 << 20) + 1)));
    expect([answer.status, typeOf(answer)]).toEqual([413, 'RequestEntityTooLargeException']);
  });

  it('does not read headers without end', async () => {
    expect(await raw(`POST / HTTP/1.1\r\nhost: a\r\n${'x: y\r\n'.repeat(200_000)}`)).toMatch(/^(?:HTTP\/1\.1 431 |$)/);
    expect(await raw(`POST / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(1_000_000)}\r\n\r\n`)).toMatch(/^(?:HTTP\/1\.1 431 |$)/);
  });

  it.each(['authorization', 'x-amz-target', 'x-amz-date', 'host', 'content-type'])('refuses two headers %s', async (name) => {
    const { headers } = await toSecretsManager('ListSecrets');
    const lines = Object.entries({ ...headers, 'content-length': '2' }).map(([header, value]) => `${header}: ${value}\r\n`);
    const answer = await raw(`POST / HTTP/1.1\r\n${lines.join('')}${name}: ${headers[name]}\r\n\r\n{}`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(test.calls).toEqual([]);
  });

  it('gives slow clients no more than their time', async () => {
    const begun = performance.now();
    await Promise.all([
      raw('', { hold: true }),
      raw('POST / HTTP/1.1\r\nhost: a\r\n', { hold: true }),
      raw('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nabc', { hold: true }),
    ]);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  it('survives whatever comes instead of a request', async () => {
    const lines = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc.string().map((text) => Buffer.from(`POST /${text} HTTP/1.1\r\nhost: ${text}\r\n\r\n`)),
      fc
        .record({ name: fc.string(), value: fc.string(), body: fc.string() })
        .map(({ name, value, body }) =>
          Buffer.from(`POST / HTTP/1.1\r\nhost: a\r\n${name}: ${value}\r\ncontent-length: ${body.length}\r\n\r\n${body}`),
        ),
      fc.constant(Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')),
    );
    await fc.assert(
      fc.asyncProperty(lines, async (bytes) => {
        expect(await raw(bytes)).toMatch(/^(?:HTTP\/1\.1 4\d\d |$)/);
      }),
      { numRuns: 60 },
    );
  });

  it('answers any signed body with an AWS error, and calls nobody without reason', async () => {
    const bodies = fc.oneof(
      fc.json(),
      fc.string(),
      fc.jsonValue().map((value) => JSON.stringify({ SecretId: value, Tags: value })),
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        test.calls.length = 0;
        const answer = await post(await toSecretsManager('TagResource', body));
        if (answer.status === 200) expect(test.calls).toHaveLength(1);
        else
          expect([answer.status, typeOf(answer)]).toEqual([400, expect.stringMatching(/^(Serialization|Validation)Exception$/)]);
      }),
      { numRuns: 100 },
    );
  });

  it('has the service that was meant write the event of what it refuses, where it knows who asks', async () => {
    for (const [body, expected] of [
      ['{"SecretId": ""}', { reason: 'ValidationException' }],
      ['{"SecretId": []}', { reason: 'SerializationException' }],
      ['{', { reason: 'SerializationException' }],
    ] as const) {
      const answer = await post(await toSecretsManager('DescribeSecret', body));
      expect([answer.status, typeOf(answer)]).toEqual([400, expected.reason]);
      expect(test.refusals.pop()).toEqual([
        'secrets',
        'describeSecret',
        expect.objectContaining({ ...expected, message: (JSON.parse(answer.body) as { Message: string }).Message }),
        expect.objectContaining({ onBehalfOf: expect.objectContaining({ credentialId: `key:${SIGNER.accessKeyId}` }) }),
      ]);
    }
    const forged = await toSecretsManager('DescribeSecret', '{', {}, { ...SIGNER, secretAccessKey: 'another' });
    expect(typeOf(await post(forged))).toBe('InvalidSignatureException');
    expect(test.refusals).toEqual([]);
  });

  it('says so where the event of what it refuses cannot be written', async () => {
    test.refusing = serviceUnavailable('the audit journal is away');
    expect(await post(await toSecretsManager('DescribeSecret', '{'))).toMatchObject({ status: 503 });
  });

  it('logs nothing of what it got', async () => {
    const hidden = 'hidden-in-a-request';
    const body = JSON.stringify({ SecretId: hidden, SecretString: hidden, X: hidden, MaxResults: hidden });
    await post(await toSecretsManager('ListSecrets', body, { headers: { 'user-agent': hidden, 'x-amz-more': hidden } }));
    await post(await toSecretsManager(hidden, body));
    await raw(`POST /${hidden} HTTP/1.1\r\nhost: ${hidden}\r\nauthorization: ${hidden}\r\n\r\n`);
    expect(test.log.length).toBeGreaterThan(0);
    for (const secret of [hidden, SIGNER.secretAccessKey, 'Signature=']) expect(test.log.join()).not.toContain(secret);
  });
});

it('ends requests under way before it stops, and takes no more', async () => {
  const own = await TestGateway.start();
  let finish: () => void = () => undefined;
  own.answer = () => new Promise((resolve) => (finish = () => resolve({ secretList: [] })));
  const { headers, body } = await toSecretsManager('ListSecrets');
  const session = connectHttp2(own.origin, { ca: own.pki.ca });
  const { host: _, ...rest } = headers;
  const stream = session.request({ ':method': 'POST', ':path': '/', ':authority': 'gateway.test', ...rest });
  stream.end(body);
  await eventually('the call is under way', () => own.calls.length > 0);
  const stopped = own.stop();
  const refused = connectHttp2(own.origin, { ca: own.pki.ca });
  await new Promise((resolve) => refused.once('error', resolve));
  finish();
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += chunk;
  expect(text).toBe('{"SecretList":[]}');
  await stopped;
});
