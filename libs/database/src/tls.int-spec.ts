import { copyFileSync } from 'node:fs';
import {
  type CertificateFiles,
  connectAsAdministrator,
  findFreePorts,
  MariaDbServer,
  serviceCertificate,
} from '@strongroom/local-cluster';
import { temporaryDirectory, TestPki } from '@strongroom/testing';
import { createHotPool, type DatabaseConfig, openDataSource, openHotPool } from './index';

// A MariaDB of its own, which has a certificate.
const directory = temporaryDirectory('database-tls');
let pki: TestPki;
let server: MariaDbServer;
let certificate: CertificateFiles;
let database: DatabaseConfig;

const CIPHER = "SHOW SESSION STATUS LIKE 'Ssl_cipher'";
type Row = { Value: string };

beforeAll(async () => {
  pki = await TestPki.create();
  certificate = await pki.issueFiles(serviceCertificate('mariadb'));
  server = new MariaDbServer({
    directory: `${directory.path}/mariadb`,
    pidFile: `${directory.path}/pid`,
    logFile: `${directory.path}/log`,
    port: await findFreePorts(1),
    settings: [`ssl-cert=${certificate.certFile}`, `ssl-key=${certificate.keyFile}`, 'innodb-doublewrite=0'],
  });
  await server.start();
  const { port, user, password } = server.administrator;
  database = { host: 'localhost', port, name: 'mysql', user, password, ca: pki.ca };
});
afterAll(async () => {
  await server?.stop();
  pki.drop();
  directory.remove();
});

it('speaks TLS with the CA that it was given, on a hot pool and on a data source', async () => {
  const pool = await openHotPool(database);
  const dataSource = await openDataSource({ database, entities: [] });
  try {
    for (const [row] of [await pool.query<Row>(CIPHER, []), await dataSource.query<Row[]>(CIPHER)])
      expect(row?.Value).toMatch(/^TLS_/);
  } finally {
    await Promise.all([pool.close(), dataSource.destroy()]);
  }
});

/** The message with which both kinds of connection fail. */
const failsWith = async (config: DatabaseConfig, message: RegExp): Promise<void> => {
  const pool = createHotPool(config);
  await expect(pool.query('SELECT 1', [])).rejects.toThrow(message);
  await pool.close();
  await expect(openDataSource({ database: config, entities: [] })).rejects.toThrow(message);
};

it('does not log in to a server with a certificate of another CA', async () => {
  const stranger = await TestPki.create();
  await failsWith({ ...database, ca: stranger.ca }, /unable to verify|self.signed/);
  stranger.drop();
});

it('does not log in to a server with a certificate for another host', async () => {
  const other = await pki.issueFiles({ ...serviceCertificate('mariadb'), dnsNames: ['elsewhere'] });
  copyFileSync(other.certFile, certificate.certFile);
  copyFileSync(other.keyFile, certificate.keyFile);
  const administrator = await connectAsAdministrator(server.administrator);
  await administrator.query('FLUSH SSL');
  await administrator.end();
  await failsWith(database, /does not match certificate/);
});
