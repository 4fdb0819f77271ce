import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemRandom } from '@strongroom/random';
import { openByKms, protectByKms } from './kms';
import type { Provider } from './provider';

interface Call {
  KeyId: string;
  Plaintext?: string;
  CiphertextBlob?: string;
  EncryptionContext: Record<string, string>;
}

/** What the fake does with the next calls. */
let mode: 'answers' | 'refuses' | 'hangs' = 'answers';
let server: Server;
let endpoint: string;
const calls: { target: string; signed: boolean; call: Call }[] = [];
/** What was encrypted, by the ciphertext that stands for it. */
const kept = new Map<string, Call>();

beforeAll(async () => {
  // Of AWS's API as much as a provider needs; a whole cluster is tried in apps/system-tests.
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const call = JSON.parse(Buffer.concat(chunks).toString()) as Call;
      const target = String(request.headers['x-amz-target']);
      calls.push({ target, signed: String(request.headers.authorization).startsWith('AWS4-HMAC-SHA256 '), call });
      if (mode === 'hangs') return;
      const answer = (status: number, body: object) =>
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
      const found = call.CiphertextBlob === undefined ? undefined : kept.get(call.CiphertextBlob);
      if (mode === 'refuses') answer(400, { __type: 'DisabledException', message: `${call.KeyId} is disabled.` });
      else if (target === 'TrentService.Encrypt') {
        const CiphertextBlob = systemRandom.bytes(40).toString('base64');
        kept.set(CiphertextBlob, call);
        answer(200, { CiphertextBlob, KeyId: call.KeyId });
      } else if (found && JSON.stringify(found.EncryptionContext) === JSON.stringify(call.EncryptionContext)) {
        answer(200, { Plaintext: found.Plaintext, KeyId: call.KeyId });
      } else answer(400, { __type: 'InvalidCiphertextException' });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'secret' });
});
afterAll(() => {
  delete process.env['AWS_ACCESS_KEY_ID'];
  delete process.env['AWS_SECRET_ACCESS_KEY'];
  server.closeAllConnections();
  server.close();
});
beforeEach(() => (mode = 'answers'));

const enrolled = async (): Promise<Provider> => {
  const made = await protectByKms(systemRandom)({ key: 'alias/unseal', region: 'eu-central-1', endpoint });
  return { name: 'cloud', kind: 'kms', enrolledAt: new Date(), ...made };
};

it('protects the text of an identity, bound to its purpose, and opens it', async () => {
  const provider = await enrolled();
  expect(provider.parameters).toEqual({ key: 'alias/unseal', region: 'eu-central-1', endpoint });
  expect(await (await openByKms(provider)).recipient()).toBe(provider.recipient);
  const [encrypted, decrypted] = calls.slice(-2);
  expect([encrypted!.target, decrypted!.target]).toEqual(['TrentService.Encrypt', 'TrentService.Decrypt']);
  for (const { signed, call } of [encrypted!, decrypted!]) {
    expect([signed, call.EncryptionContext]).toEqual([true, { strongroom: 'root-key-provider' }]);
  }
  expect(Buffer.from(encrypted!.call.Plaintext!, 'base64').toString()).toMatch(/^AGE-SECRET-KEY-PQ-1.*\n$/);
});

it('says what KMS refuses', async () => {
  const provider = await enrolled();
  mode = 'refuses';
  await expect(openByKms(provider)).rejects.toThrow(`KMS at ${endpoint}: DisabledException: alias/unseal is disabled.`);
});

it('does not wait for ever for one that does not answer', async () => {
  const provider = await enrolled();
  mode = 'hangs';
  await expect(openByKms(provider)).rejects.toThrow(/^KMS at .*: TimeoutError/);
});

it.each([[{}], [{ key: 'a' }], [{ key: 'a', region: 'eu-central-1', endpoint: 'file:///x' }]])(
  'needs a key, a region and, if any, an endpoint that is a URL: %j',
  async (parameters) => {
    await expect(protectByKms(systemRandom)(parameters)).rejects.toThrow(/needs key=… and region=…|is a URL/);
  },
);
