import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureCertificates, Metrics } from '@strongroom/telemetry';
import { temporaryDirectory, TestPki } from '@strongroom/testing';

const DAY = 86_400_000;
const now = Date.UTC(2026, 10, 30);
const directory = temporaryDirectory('certificates');

let pki: TestPki;
beforeAll(async () => {
  pki = await TestPki.create();
});
afterAll(() => {
  pki?.drop();
  directory.remove();
});

const certificate = (days: number) =>
  pki.issueFiles({ uri: 'spiffe://strongroom.local/service/some', notBefore: now, lifetime: days * DAY });

it('tells when each certificate ends; of several in a file, the first', async () => {
  const [short, long] = [await certificate(30), await certificate(90)];
  const both = join(directory.path, 'both.pem');
  writeFileSync(both, `# two\n${readFileSync(long.certFile, 'utf8')}\n${readFileSync(short.certFile, 'utf8')}`);
  const metrics = new Metrics({ service: 'some' });
  measureCertificates(metrics, { own: long.certFile, authority: both });
  const text = await metrics.registry.metrics();
  const end = (name: string) =>
    Number(
      new RegExp(`^strongroom_certificate_end_timestamp_seconds\\{certificate="${name}",service="some"\\} (.*)$`, 'm').exec(
        text,
      )?.[1],
    );
  expect([end('own'), end('authority')]).toEqual([now + 90 * DAY, now + 30 * DAY].map((instant) => instant / 1_000));
});

it('says that a file has none', async () => {
  const { keyFile } = await certificate(1);
  expect(() => measureCertificates(new Metrics({ service: 'some' }), { own: keyFile })).toThrow('has no certificate');
});
