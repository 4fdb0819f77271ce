import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { CertificateAuthority, serviceCertificate, userUri, type IssuedCertificate } from './certificate-authority';

const DAY = 86_400_000;
const directory = mkdtempSync(join(tmpdir(), 'strongroom-pki-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The client's URI SAN as a TLS 1.3 server sees it after a handshake of these two, or the error that ended it. */
const handshake = async (
  server: IssuedCertificate,
  client: IssuedCertificate,
  servername: string,
): Promise<string | undefined> => {
  const options = ({ ca, certificate, key }: IssuedCertificate) => ({
    ca,
    cert: certificate,
    key,
    minVersion: 'TLSv1.3' as const,
  });
  const listener = createServer({ ...options(server), requestCert: true, rejectUnauthorized: true });
  const accepted: Socket[] = [];
  listener.on('connection', (connection: Socket) => accepted.push(connection));
  listener.on('tlsClientError', () => {});
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  const seen = new Promise<TLSSocket>((resolve) => listener.once('secureConnection', resolve));
  const { port } = listener.address() as AddressInfo;
  const socket = connect({ ...options(client), host: '127.0.0.1', port, servername });
  try {
    const failure = new Promise<never>((_, reject) => {
      socket.once('error', reject);
      listener.once('tlsClientError', reject);
    });
    const [peer] = await Promise.race([Promise.all([seen, once(socket, 'secureConnect')]), failure]);
    return peer.getPeerCertificate().subjectaltname;
  } finally {
    for (const open of [socket, ...accepted]) open.destroy();
    listener.close();
  }
};

it('issues certificates that both ends of a TLS 1.3 connection accept, by name and by SAN', async () => {
  const authority = await CertificateAuthority.create();
  const service = await authority.issue(serviceCertificate('secrets-api'));
  const user = await authority.issue({ uri: userUri('alice') });
  expect(await handshake(service, user, 'localhost')).toBe('URI:spiffe://strongroom.local/user/alice');
  expect(await handshake(service, service, 'secrets-api')).toContain('URI:spiffe://strongroom.local/service/secrets-api');
  await expect(handshake(service, user, 'audit-service')).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
});

it('issues nothing that another authority, a client posing as a server, or the past makes acceptable', async () => {
  const authority = await CertificateAuthority.create();
  const service = await authority.issue(serviceCertificate('secrets-api'));
  const user = await authority.issue({ uri: userUri('alice') });
  const stranger = await (await CertificateAuthority.create()).issue({ uri: userUri('alice') });
  const expired = await authority.issue({ uri: userUri('alice'), notBefore: Date.now() - 3 * DAY, lifetime: 2 * DAY });
  await expect(handshake(service, { ...stranger, ca: service.ca }, 'localhost')).rejects.toThrow();
  await expect(handshake(service, expired, 'localhost')).rejects.toThrow();
  await expect(handshake(user, service, 'localhost')).rejects.toThrow();
});

it('keeps the authority and its certificates in files until they are due', async () => {
  const authority = await CertificateAuthority.open(directory);
  const request = serviceCertificate('audit-service');
  const files = await authority.issueFiles(directory, 'audit-service', request);
  const first = readFileSync(files.certFile, 'utf8');
  expect(statSync(files.keyFile).mode & 0o777).toBe(0o600);

  const reopened = await CertificateAuthority.open(directory);
  expect(reopened.pem).toBe(authority.pem);
  await reopened.issueFiles(directory, 'audit-service', request);
  expect(readFileSync(files.certFile, 'utf8')).toBe(first);

  const aged = { ...request, notBefore: Date.now() - 70 * DAY };
  await reopened.issueFiles(directory, 'aged', aged);
  const before = readFileSync(join(directory, 'aged.crt'), 'utf8');
  await reopened.issueFiles(directory, 'aged', request);
  expect(readFileSync(join(directory, 'aged.crt'), 'utf8')).not.toBe(before);

  await reopened.issueFiles(directory, 'audit-service', { uri: userUri('other') });
  expect(new X509Certificate(readFileSync(files.certFile)).subjectAltName).toBe('URI:spiffe://strongroom.local/user/other');
});
