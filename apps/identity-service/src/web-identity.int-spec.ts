import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { HOUR, MINUTE } from '@strongroom/clock';
import { findFreePorts, serviceCertificate } from '@strongroom/local-cluster';
import { AuthorizationServer, temporaryDirectory } from '@strongroom/testing';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { allow, document, OTHER_ACCOUNT, refusal, roleTarget, TestIdentity, type TestCaller } from './server.testing';

jest.setTimeout(60_000);

const directory = temporaryDirectory('web-identity');
const roleArn = 'arn:aws:iam::000000000000:role/Pipeline';
let identity: TestIdentity;
let admin: TestCaller;
/** A real provider, and an issuer that says what a test wants it to. */
let real: AuthorizationServer;
let own: Server;
let ownIssuer: string;
let serve: RequestListener;
let realArn: string;
let ownArn: string;

const nameOf = (issuer: string) => issuer.replace('http://', '');
const arnOf = (issuer: string) => `arn:aws:iam::000000000000:oidc-provider/${nameOf(issuer)}`;

beforeAll(async () => {
  const port = await findFreePorts(2);
  own = createServer((request, response) => serve(request, response));
  await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve));
  ownIssuer = `http://127.0.0.1:${(own.address() as AddressInfo).port}/realms/x`;
  real = new AuthorizationServer({ directory: directory.path, port, rotate: false, introspection: false });
  await real.start();
  identity = await TestIdentity.start([real.issuer, ownIssuer, `https://localhost:${port + 1}`]);
  admin = await identity.admin();
  [realArn, ownArn] = [arnOf(real.issuer), arnOf(ownIssuer)];
  await admin.iam.createOpenIdConnectProvider({
    url: real.issuer,
    clientIdList: ['app-client_secret_basic', 'app-client_secret_post'],
  });
  await admin.iam.createOpenIdConnectProvider({ url: ownIssuer, clientIdList: ['client'] });
  await admin.iam.createRole({
    roleName: 'Pipeline',
    assumeRolePolicyDocument: document(
      {
        Effect: 'Allow',
        Principal: { Federated: realArn },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { [`${nameOf(real.issuer)}:sub`]: 'ada' },
          StringLike: { [`${nameOf(real.issuer)}:aud`]: 'app-*' },
        },
      },
      { Effect: 'Allow', Principal: { Federated: ownArn }, Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'] },
    ),
  });
  await admin.iam.putInlinePolicy({ target: roleTarget('Pipeline'), policyName: 'p', policyDocument: document(allow('iam:*')) });
});
afterAll(async () => {
  await identity?.drop();
  await real?.stop();
  own.close();
  own.closeAllConnections();
  directory.remove();
});
beforeEach(() => identity.clock.set(new Date()));

const assume = (webIdentityToken: string, more: object = {}, caller = identity.withToken()) =>
  caller.sts.assumeRoleWithWebIdentity({ roleArn, roleSessionName: 'build-7', webIdentityToken, ...more });
const reasonOf = async (promise: Promise<unknown>) => (await refusal(promise)).reason;

describe('by a real provider', () => {
  it.each(['client_secret_basic', 'client_secret_post'] as const)('makes its token a session (%s)', async (method) => {
    const answer = await assume(await real.newIdToken(method));
    expect(answer).toMatchObject({
      assumedRoleArn: 'arn:aws:sts::000000000000:assumed-role/Pipeline/build-7',
      subjectFromWebIdentityToken: 'ada',
      audience: `app-${method}`,
      provider: realArn,
      credentials: { expiration: new Date(identity.clock.millis() + HOUR) },
    });
    expect(identity.recorder.events.at(-1)).toMatchObject({
      eventName: 'AssumeRoleWithWebIdentity',
      eventSource: 'sts.amazonaws.com',
      recipientAccountId: '000000000000',
      userIdentity: { type: 'WebIdentityUser', userName: 'ada', principalId: `${realArn}:app-${method}:ada` },
      resources: [{ arn: roleArn }],
      responseElements: { accessKeyId: answer.credentials!.accessKeyId },
    });
    const session = identity.withToken(answer.credentials!.sessionToken);
    expect((await session.sts.getCallerIdentity()).arn).toBe(answer.assumedRoleArn);
    await session.iam.listUsers();
  });

  it('tells the client’s address through aws-gateway', async () => {
    const gateway = await identity.asService('aws-gateway', '');
    await assume(await real.newIdToken(), {}, gateway);
    expect(identity.recorder.events.at(-1)).toMatchObject({ sourceIpAddress: '10.9.8.7', userAgent: 'aws-cli/2' });
  });

  it('refuses a token that has expired, one that was changed, and one of another issuer', async () => {
    const token = await real.newIdToken();
    const [header, payload, signature] = token.split('.') as [string, string, string];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as JWTPayload;
    const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'eve' })).toString('base64url');
    expect(await reasonOf(assume(`${header}.${forged}.${signature}`))).toBe('InvalidIdentityToken');
    identity.clock.set(new Date((claims.exp! + 6) * 1_000));
    expect(await refusal(assume(token))).toMatchObject({
      kind: 'unauthenticated',
      reason: 'ExpiredTokenException',
      message: expect.stringMatching(/^Token expired: current date\/time \d+ must be before/),
    });
    const stranger = Buffer.from(JSON.stringify({ ...claims, iss: 'https://elsewhere.example.org' })).toString('base64url');
    expect(await refusal(assume(`${header}.${stranger}.${signature}`))).toEqual({
      kind: 'unauthenticated',
      reason: 'InvalidIdentityToken',
      message: 'No OpenIDConnect provider found in your account for https://elsewhere.example.org',
    });
  });

  it('finds the keys of an issuer that has changed them', async () => {
    await assume(await real.newIdToken());
    await real.stop();
    await real.start();
    // New keys are looked for when the last look is some seconds old.
    const now = jest.spyOn(Date, 'now');
    now.mockImplementation(() => performance.timeOrigin + performance.now() + MINUTE);
    try {
      await assume(await real.newIdToken());
    } finally {
      now.mockRestore();
    }
  });
});

describe('by an issuer that says what it likes', () => {
  const key = generateKeyPair('ES256', { extractable: true });
  const jwks = async () => ({ keys: [{ ...(await exportJWK((await key).publicKey)), kid: 'k' }] });
  const sign = async (claims: JWTPayload = {}) =>
    new SignJWT({ iss: ownIssuer, sub: 'job', aud: 'client', iat: seconds(), exp: seconds() + 600, ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .sign((await key).privateKey);
  const seconds = () => Math.floor(identity.clock.millis() / 1_000);
  const discovery = (more: object = {}) => ({ issuer: ownIssuer, jwks_uri: `${ownIssuer}/keys`, ...more });
  const answering =
    (answers: Record<string, () => unknown>): RequestListener =>
    async (request, response) => {
      const path = request.url!.replace('/realms/x', '');
      response.end(JSON.stringify(await answers[path]?.()));
    };

  it.each<[string, RequestListener]>([
    ['is not there', (_, response) => response.writeHead(404).end()],
    ['calls itself otherwise', answering({ '/.well-known/openid-configuration': () => discovery({ issuer: 'http://x' }) })],
    ['answers what is no JSON', (_, response) => response.end('<html>')],
    ['sends elsewhere', (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
    [
      'has its keys in the clear',
      answering({ '/.well-known/openid-configuration': () => discovery({ jwks_uri: 'http://10.0.0.1/k' }) }),
    ],
    ['answers without an end', (_, response) => void response.write('[' + ' '.repeat(300 * 1_024))],
    ['breaks off', (request) => void request.socket.destroy()],
    ['answers no keys', answering({ '/.well-known/openid-configuration': () => discovery(), '/keys': () => ({ keys: 'none' }) })],
  ])('that %s: IDPCommunicationError, and the next try asks again', async (_, broken) => {
    const log = identity.recorder.events.length;
    serve = broken;
    expect(await refusal(assume(await sign()))).toMatchObject({ kind: 'unavailable', reason: 'IDPCommunicationError' });
    // Turned away at the door: no event of its own beyond those that are counted.
    expect(identity.recorder.events.length - log).toBeLessThanOrEqual(1);
  });

  it('gives up after a bounded wait', async () => {
    serve = () => undefined;
    const began = performance.now();
    expect(await reasonOf(assume(await sign()))).toBe('IDPCommunicationError');
    expect(performance.now() - began).toBeLessThan(8_000);
  });

  it('reads claims strictly', async () => {
    serve = answering({ '/.well-known/openid-configuration': () => discovery(), '/keys': jwks });
    expect(await assume(await sign())).toMatchObject({ subjectFromWebIdentityToken: 'job', audience: 'client' });
    expect((await assume(await sign({ aud: ['a', 'client'] }))).audience).toBe('client');
    expect((await assume(await sign({ aud: 'other', azp: 'client' }))).audience).toBe('client');
    const refused = async (claims: JWTPayload) => (await refusal(assume(await sign(claims)))).message;
    expect(await refused({ aud: 'other' })).toBe('Incorrect token audience');
    expect(await refused({ azp: 'other' })).toBe('Incorrect token audience');
    for (const claim of ['sub', 'aud', 'exp', 'iat']) expect(await refused({ [claim]: undefined })).toContain(claim);
    expect(await refused({ nbf: seconds() + 60 })).toContain('nbf');
    expect(await refused({ sub: 'x'.repeat(256) })).toContain('sub');
    expect(await refused({ 'https://aws.amazon.com/source_identity': 'x' })).toContain('source_identity');
    expect(await refused({ 'https://aws.amazon.com/tags': { principal_tags: { a: ['1', '2'] } } })).toContain('tags');
  });

  it('takes no secret for a key, nor a token without a signature', async () => {
    const claims = { iss: ownIssuer, sub: 'job', aud: 'client', iat: seconds(), exp: seconds() + 600 };
    const shared = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'k' }).sign(Buffer.alloc(32));
    const [, payload] = shared.split('.');
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    for (const token of [shared, none, 'abcd', 'a.b.c', 'x'.repeat(20_001), '']) {
      expect(await reasonOf(assume(token))).toBe('InvalidIdentityToken');
    }
  });

  it('gives the tags of the token to the session', async () => {
    const tags = { 'https://aws.amazon.com/tags': { principal_tags: { Team: ['blue'] }, transitive_tag_keys: ['Team'] } };
    await admin.iam.createRole({
      roleName: 'Tagged',
      assumeRolePolicyDocument: document({
        Effect: 'Allow',
        Principal: { Federated: ownArn },
        Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'],
        Condition: { StringEquals: { 'aws:RequestTag/team': 'blue' } },
      }),
    });
    const tagged = { roleArn: 'arn:aws:iam::000000000000:role/Tagged' };
    await assume(await sign(tags), tagged);
    expect(await reasonOf(assume(await sign(), tagged))).toBe('AccessDeniedException');
  });

  it('is let in by the roles that trust it, and hears no more of the others', async () => {
    await admin.iam.createRole({
      roleName: 'Other',
      assumeRolePolicyDocument: document({
        Effect: 'Allow',
        Principal: { Federated: realArn },
        Action: 'sts:AssumeRoleWithWebIdentity',
      }),
    });
    for (const name of ['Other', 'Absent']) {
      expect(await refusal(assume(await sign(), { roleArn: `arn:aws:iam::000000000000:role/${name}` }))).toEqual({
        kind: 'permission-denied',
        reason: 'AccessDeniedException',
        message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
      });
    }
    const foreign = { roleArn: `arn:aws:iam::${OTHER_ACCOUNT}:role/Pipeline` };
    expect(await reasonOf(assume(await sign(), foreign))).toBe('InvalidIdentityToken');
    expect(await reasonOf(assume(await sign(), { roleArn: 'x' }))).toBe('ValidationError');
    expect(await reasonOf(assume(await sign(), { durationSeconds: 3_601 }))).toBe('ValidationError');
  });
});

describe('providers', () => {
  it('are the account’s own, and only of issuers that the operator trusts', async () => {
    const arn = arnOf(ownIssuer);
    expect(await admin.iam.getOpenIdConnectProvider({ openIdConnectProviderArn: arn })).toMatchObject({
      provider: { url: ownIssuer, clientIdList: ['client'], thumbprintList: [], arn },
    });
    expect((await admin.iam.listOpenIdConnectProviders()).providers.map((one) => one.arn)).toEqual([realArn, ownArn].sort());
    const create = (more: object) => reasonOf(admin.iam.createOpenIdConnectProvider({ url: ownIssuer, ...more }));
    expect(await create({})).toBe('EntityAlreadyExists');
    expect(await create({ url: 'https://metadata.example.org' })).toBe('InvalidInput');
    for (const url of ['http://10.0.0.1', 'id.example.org', 'https://a?b', 'https://u:p@a', `https://${'a'.repeat(250)}.b`]) {
      expect(await create({ url })).toBe('ValidationError');
    }
    expect(await create({ thumbprintList: ['x'] })).toBe('ValidationError');
    expect(await create({ clientIdList: [''] })).toBe('ValidationError');
    const user = await identity.user('nobody');
    for (const one of [arn, arnOf('http://absent')]) {
      expect(await reasonOf(user.iam.getOpenIdConnectProvider({ openIdConnectProviderArn: one }))).toBe('AccessDeniedException');
    }
    const absent = { openIdConnectProviderArn: arnOf('http://absent') };
    expect(await reasonOf(admin.iam.getOpenIdConnectProvider(absent))).toBe('NoSuchEntity');
    expect(await reasonOf(admin.iam.deleteOpenIdConnectProvider({ openIdConnectProviderArn: 'x' }))).toBe('ValidationError');
  });

  it('take the sessions that they began along when they go', async () => {
    const openIdConnectProviderArn = realArn;
    const { credentials } = await assume(await real.newIdToken());
    const session = identity.withToken(credentials!.sessionToken);
    await session.sts.getCallerIdentity();
    const client = { openIdConnectProviderArn, clientId: 'app-client_secret_basic' };
    await admin.iam.removeClientIdFromOpenIdConnectProvider(client);
    expect((await refusal(assume(await real.newIdToken()))).message).toBe('Incorrect token audience');
    await admin.iam.addClientIdToOpenIdConnectProvider(client);
    await assume(await real.newIdToken());
    const thumbprintList = ['a'.repeat(40)];
    await admin.iam.updateOpenIdConnectProviderThumbprint({ openIdConnectProviderArn, thumbprintList });
    expect((await admin.iam.getOpenIdConnectProvider({ openIdConnectProviderArn })).provider).toMatchObject({ thumbprintList });
    await admin.iam.deleteOpenIdConnectProvider({ openIdConnectProviderArn });
    expect(await reasonOf(session.sts.getCallerIdentity())).toBe('UnrecognizedClientException');
    expect(await reasonOf(assume(await real.newIdToken()))).toBe('InvalidIdentityToken');
  });
});

it('does not believe a certificate that nobody vouches for', async () => {
  const certificate = await identity.pki.issueFiles(serviceCertificate('issuer'));
  const issuer = identity.oidcIssuers.at(-1)!;
  const port = Number(new URL(issuer).port);
  const server = createSecureServer({ cert: readFileSync(certificate.certFile), key: readFileSync(certificate.keyFile) });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  try {
    await admin.iam.createOpenIdConnectProvider({ url: issuer, clientIdList: ['client'] });
    const { privateKey } = await generateKeyPair('RS256');
    const token = await new SignJWT({ iss: issuer, sub: 's', aud: 'client' })
      .setProtectedHeader({ alg: 'RS256' })
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey);
    expect(await reasonOf(assume(token))).toBe('IDPCommunicationError');
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
