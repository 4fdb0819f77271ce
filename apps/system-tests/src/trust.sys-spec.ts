import { endpointOf } from '@strongroom/config';
import {
  CertificateAuthority,
  serviceCertificate,
  serviceNames,
  userUri,
  type CertificateFiles,
} from '@strongroom/local-cluster';
import { TestPki } from '@strongroom/testing';
import * as audit from '@strongroom/contracts/strongroom/audit/v1/audit';
import * as identity from '@strongroom/contracts/strongroom/identity/v1/identity';
import * as keys from '@strongroom/contracts/strongroom/keys/v1/keys';
import * as secretsContract from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { credentials } from '@grpc/grpc-js';
import { readFileSync } from 'node:fs';
import { connect as connectTls } from 'node:tls';
import { type Api, outcome } from './support/api';
import { everything } from './support/policies';
import { callRaw, methodsOf, type RawMethod } from './support/raw-call';
import { System, unique } from './support/system';

let system: System;
let pki: TestPki;
let authority: CertificateAuthority;

beforeAll(async () => {
  system = await System.shared();
  pki = await TestPki.create();
  authority = await CertificateAuthority.open(`${system.cluster.home}/pki`);
});
afterAll(async () => {
  pki?.drop();
  await system?.stop();
});

const services: [(typeof serviceNames)[number], Record<string, RawMethod>][] = [
  ['secrets-api', methodsOf(secretsContract.SecretsServiceService)],
  ['crypto-keyservice', methodsOf(keys.KeyServiceService)],
  ['crypto-keyservice', methodsOf(keys.DataKeyServiceService)],
  ['identity-service', methodsOf(identity.IdentityServiceService)],
  ['identity-service', methodsOf(identity.TokenServiceService)],
  ['identity-service', methodsOf(identity.PrincipalDirectoryServiceService)],
  ['audit-service', methodsOf(audit.AuditServiceService)],
];
const all = services.flatMap(([service, definition]) => Object.values(definition).map((method) => ({ service, method })));

/** For callers whose credential is the token of an OpenID Connect provider in the request itself. */
const FOR_ANYONE = '/strongroom.identity.v1.TokenService/AssumeRoleWithWebIdentity';
const methods = all.filter(({ method }) => method.path !== FOR_ANYONE);

/** These decide by what is in the request itself. */
const GET_SESSION_TOKEN = '/strongroom.identity.v1.TokenService/GetSessionToken';
/** They know their callers by asking identity-service. */
const deciders = serviceNames.filter((name) => name !== 'identity-service');
/** Which services may call what; everything else is for callers that are users or roles. */
const forServices: Record<string, readonly string[]> = {
  '/strongroom.keys.v1.DataKeyService/StreamDataKeys': ['secrets-api'],
  '/strongroom.keys.v1.KeyService/Encrypt': ['audit-service', 'notification-service'],
  '/strongroom.keys.v1.KeyService/Decrypt': ['audit-service', 'notification-service'],
  '/strongroom.keys.v1.KeyService/Sign': ['audit-service'],
  '/strongroom.keys.v1.KeyService/GetPublicKey': ['audit-service'],
  '/strongroom.identity.v1.PrincipalDirectoryService/ResolvePrincipal': deciders,
  '/strongroom.identity.v1.PrincipalDirectoryService/WatchPrincipals': deciders,
};

const isInternal = ({ path }: RawMethod) => /DataKeyService|PrincipalDirectory/.test(path);

const ca = () => readFileSync(system.cluster.adminCertificate.caFile);
const by = ({ keyFile, certFile }: CertificateFiles) =>
  credentials.createSsl(ca(), readFileSync(keyFile), readFileSync(certFile));

/** What each method answers to a caller with these credentials, but for those that `isExpected` holds for. */
const unexpected = async (
  channel: ReturnType<typeof credentials.createSsl>,
  isExpected: (code: string, method: RawMethod) => boolean,
  among = methods,
): Promise<string[]> => {
  const answers: string[] = [];
  for (const { service, method } of among) {
    const code = await callRaw(system.cluster.endpoint(service), channel, method);
    if (!isExpected(code, method)) answers.push(`${method.path}: ${code}`);
  }
  return answers;
};

const refused = (code: string) => code === 'UNAUTHENTICATED' || code === 'PERMISSION_DENIED';

it('refuses every method to a caller without certificate and token, with one answer', async () => {
  const anonymous = credentials.createSsl(ca());
  expect(await unexpected(anonymous, (code) => code === 'UNAUTHENTICATED', withoutSessionToken())).toEqual([]);
  const api = system.connect({});
  const existing = await system.secret();
  const [one, two] = await Promise.all(
    [existing, unique('none')].map((secretId) => api.secrets.getSecretValue({ secretId }).catch((error: Error) => error.message)),
  );
  expect(one).toBe(two);
});

it('takes the one call that brings its credential along from anyone, and looks at what it brings', async () => {
  const open = all.filter(({ method }) => method.path === FOR_ANYONE);
  expect(open).toHaveLength(1);
  const anonymous = credentials.createSsl(ca());
  expect(await unexpected(anonymous, (code) => code === 'INVALID_ARGUMENT', open)).toEqual([]);
  const token = ['e30', 'e30', 'AAAA'].join('.');
  const request = { roleArn: 'arn:aws:iam::000000000000:role/any', roleSessionName: 'anyone', webIdentityToken: token };
  await expect(system.connect({}).tokens.assumeRoleWithWebIdentity(request)).rejects.toMatchObject({
    name: 'InvalidIdentityToken',
  });
});

const withoutSessionToken = () => methods.filter(({ method }) => method.path !== GET_SESSION_TOKEN);

it('refuses every method to a certificate that nobody bound', async () => {
  const files = await system.cluster.issueClientCertificate(userUri(unique('stranger')));
  expect(await unexpected(by(files), refused)).toEqual([]);
});

it('refuses the methods between services to the administrator', async () => {
  const internal = methods.filter(({ method }) => isInternal(method));
  expect(internal).toHaveLength(3);
  expect(await unexpected(by(system.cluster.adminCertificate), refused, internal)).toEqual([]);
});

it.each(serviceNames)('refuses every method to %s that is not for it', async (service) => {
  const others = methods.filter(({ method }) => !forServices[method.path]?.includes(service));
  expect(await unexpected(by(system.cluster.serviceCertificate(service)), refused, others)).toEqual([]);
});

it.each(deciders)('lets %s call what is for it', async (service) => {
  const own = methods.filter(({ method }) => forServices[method.path]?.includes(service));
  expect(own.length).toBeGreaterThan(0);
  expect(await unexpected(by(system.cluster.serviceCertificate(service)), (code) => !refused(code), own)).toEqual([]);
});

const admin = userUri('admin');

it.each<[string, () => Promise<CertificateFiles>]>([
  ['of another authority', () => pki.issueFiles({ uri: admin })],
  ['that has expired', () => authorityFiles({ uri: admin, notBefore: Date.now() - 120_000, lifetime: 60_000 })],
  ['that is not valid yet', () => authorityFiles({ uri: admin, notBefore: Date.now() + 3_600_000 })],
  ['of another trust domain', () => authorityFiles({ uri: userUri('admin', 'elsewhere.example') })],
])('takes a certificate %s for none', async (_which, issue) => {
  const { keyFile, certFile } = await issue();
  const api = system.connect({ certificate: { caFile: system.cluster.adminCertificate.caFile, keyFile, certFile } });
  for (const answer of await answersTo(api)) expect(answer).toMatch(/^(unauthenticated|unavailable)/);
});

it('does not take a service of another trust domain for one of its own', async () => {
  const request = { ...serviceCertificate('secrets-api'), uri: 'spiffe://elsewhere.example/service/secrets-api' };
  const internal = methods.filter(({ method }) => method.path in forServices);
  expect(await unexpected(by(await authorityFiles(request)), refused, internal)).toEqual([]);
});

/** What a harmless call to each service ends with. */
const answersTo = (api: Api): Promise<string[]> =>
  Promise.all(
    [api.secrets.getRandomPassword(), api.keys.listKeys(), api.identity.listUsers(), api.audit.lookupEvents()].map(outcome),
  );

let issued = 0;
const authorityFiles = (request: Parameters<CertificateAuthority['issue']>[0]) =>
  authority.issueFiles(`${system.cluster.home}/pki/odd-${process.pid}-${issued++}`, 'certificate', request);

it.each(['a', 'sr_session_made-up', ' ', 'x'.repeat(10_000)])('refuses the made-up token %#', async (token) => {
  for (const answer of await answersTo(system.connect({ token }))) expect(answer).toMatch(/^unauthenticated/);
});

it('is refused by clients that do not know its authority', async () => {
  const api = system.connect({}, pki.ca);
  expect(await outcome(api.secrets.getRandomPassword({}, { timeoutMs: 2_000 }))).toMatch(/^(unavailable|deadline-exceeded)/);
});

it.each(serviceNames)('speaks TLS 1.3 only: %s', async (service) => {
  const { host, port } = endpointOf(system.cluster.endpoint(service));
  const handshake = (version: 'TLSv1.2' | 'TLSv1.3') =>
    new Promise<string>((resolve) => {
      const socket = connectTls(
        { host, port: Number(port), ca: ca(), minVersion: version, maxVersion: version, ALPNProtocols: ['h2'] },
        () => {
          resolve(socket.getProtocol() ?? 'none');
          socket.destroy();
        },
      );
      socket.once('error', () => resolve('refused'));
    });
  expect(await handshake('TLSv1.3')).toBe('TLSv1.3');
  expect(await handshake('TLSv1.2')).toBe('refused');
});

it('lets a role whose policy allows everything act within its own account only', async () => {
  const { api } = await system.role('wide', everything);
  expect(await outcome(api.secrets.getRandomPassword())).toBe('ok');
  expect(
    await outcome(api.secrets.getSecretValue({ secretId: 'arn:aws:secretsmanager:us-east-1:111111111111:secret:x-AbCdEf' })),
  ).toMatch(/^permission-denied/);
});
