import { WatchRotationRequest } from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { connectTo } from '@strongroom/grpc-kit';
import { serviceCertificate } from '@strongroom/local-cluster';
import { rotationFunctionDirectoryService } from '@strongroom/methods';
import { oddRequests, oddText, tryOddInput, eventually } from '@strongroom/testing';
import fc from 'fast-check';
import type { RotationRequest } from './domain/rotation-request.port';
import { type Api, operations, startTestRotationWorker, type TestRotationWorker } from './server.testing';

const ACCOUNT = '000000000000';
const ENDPOINT = 'https://functions.example/base';
const ARN = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:odd`;

let worker: TestRotationWorker;
let api: Api;
let rotated: RotationRequest;
/** Of the first page of each list. */
let runsToken: string;
let functionsToken: string;
let runId: string;
let ca: string;

beforeAll(async () => {
  worker = await startTestRotationWorker('odd');
  api = worker.as();
  ca = worker.pki.ca;
  await api.registerRotationFunction({ functionName: 'odd', implementation: { $case: 'http', value: { endpoint: ENDPOINT } } });
  rotated = worker.requests.add();
  const again = { ...rotated, token: 'again'.padEnd(32, '-') };
  worker.requests.put(again);
  const secretId = rotated.secretArn;
  const areEnded = async () => (await api.listRotationRuns({ secretId })).runs.filter(({ endedDate }) => endedDate).length === 2;
  await eventually('both runs end', areEnded, 60_000);
  const first = await api.listRotationRuns({ secretId, maxResults: 1 });
  runsToken = first.nextToken;
  ({ runId } = first.runs[0]!);
  functionsToken = (await api.listRotationFunctions({ maxResults: 1 })).nextToken;
}, 120_000);
afterAll(() => worker?.stop());

jest.setTimeout(120_000);

/** Positions that no page had, in an otherwise valid token. */
const forged = (given: () => string) => {
  const position = fc.oneof(
    oddText,
    fc.constantFrom('2026-03-10T12:00:00.000Z', '+275760-09-13T00:00:00.000Z', '-000001-01-01T00:00:00Z', '0000-00-00', '2026'),
    fc.constantFrom(null, 0, 1e300, [], {}),
  );
  return fc.oneof(
    oddText,
    fc.json().map((text) => Buffer.from(text).toString('base64url')),
    fc.array(position, { maxLength: 3 }).map((positions) => {
      const [version, question] = JSON.parse(Buffer.from(given(), 'base64url').toString()) as unknown[];
      return Buffer.from(JSON.stringify([version, question, ...positions])).toString('base64url');
    }),
  );
};

/** A request of each method, with each of its fields. */
const examples = (): Record<keyof Api, object> => {
  const secret = { secretId: rotated.secretArn };
  const named = { functionName: ARN };
  return {
    listRotationRuns: { ...secret, maxResults: 10, nextToken: runsToken },
    getRotationRun: { runId },
    retryRotation: secret,
    rollBackRotation: secret,
    registerRotationFunction: {
      functionName: 'odd',
      description: 'odd',
      implementation: { $case: 'http', value: { endpoint: ENDPOINT, caPem: ca } },
      timeout: { seconds: 30n, nanos: 0 },
    },
    listRotationFunctions: { maxResults: 10, nextToken: functionsToken },
    describeRotationFunction: named,
    deleteRotationFunction: { functionName: ARN.replace(/odd$/, 'other') },
  };
};

describe('odd input is refused by', () => {
  it.each(operations)('%s', async (method) => {
    await tryOddInput(oddRequests(examples()[method]), (request) => api[method](request));
  });

  it('RegisterRotationFunction, whatever stands in one field of a function', async () => {
    const durations = fc.record({
      seconds: fc.oneof(fc.constantFrom(0n, 1n, 30n, 900n, 901n, -1n, 2n ** 63n - 1n, -(2n ** 63n)), fc.bigInt(-5n, 1_000n)),
      nanos: fc.oneof(
        fc.constantFrom(0, 1, -1, 500_000_000, 999_999_999, 1_000_000_000, -1_000_000_000, 2 ** 31 - 1),
        fc.integer(),
      ),
    });
    const pems = fc.oneof(
      oddText,
      oddText.map((text) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`),
      fc.base64String({ maxLength: 2_000 }).map((text) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`),
      fc.integer({ min: 0, max: 60 }).map((count) => ca.repeat(count)),
    );
    const urls = fc.oneof(
      fc.webUrl({ validSchemes: ['https', 'http', 'ftp', 'file'], withFragments: true, withQueryParameters: true }),
      oddText.map((text) => `https://functions.example/${text}`),
      oddText.map((text) => `https://${text}/`),
      oddText.map((text) => `https://functions.example:${text}`),
      fc.constantFrom(
        'https://[::1]/',
        'https://[fe80::1%25eth0]/',
        'https://0x7f.1/',
        'http://127.1/',
        'https:///x',
        'https://x:0/',
      ),
    );
    const addresses = fc.oneof(
      oddText.map((text) => `${text}:7000`),
      fc.constantFrom('[::1]:7000', '[::::]:7000', '...:1', '-:1', 'x:65536', '127.1:80', '[1.2.3.4]:80'),
    );
    const uris = oddText.chain((text) => fc.constantFrom(`spiffe://${text}`, `${text}://x`, `a${'b'.repeat(text.length)}://x`));
    const functions = fc.oneof(
      durations.map((timeout) => ({ timeout, implementation: http({ endpoint: ENDPOINT, caPem: '' }) })),
      pems.map((caPem) => ({ implementation: http({ endpoint: ENDPOINT, caPem }) })),
      urls.map((endpoint) => ({ implementation: http({ endpoint, caPem: '' }) })),
      fc
        .record({ address: addresses, serverUri: fc.constant(''), caPem: fc.constant('') })
        .map((value) => ({ implementation: { $case: 'grpc' as const, value } })),
      fc
        .record({ address: fc.constant('functions.example:7000'), serverUri: uris, caPem: pems })
        .map((value) => ({ implementation: { $case: 'grpc' as const, value } })),
    );
    await tryOddInput(
      functions,
      async (fields) => {
        const { function: registered } = await api.registerRotationFunction({ functionName: 'odd', ...fields });
        // An accepted request is stored as it was sent.
        expect(await api.describeRotationFunction({ functionName: 'odd' })).toMatchObject({
          function: { implementation: registered!.implementation, timeout: registered!.timeout },
        });
      },
      { numRuns: 300 },
    );
  });

  it('both lists, whatever place they are asked to go on from', async () => {
    await tryOddInput(
      forged(() => runsToken),
      (nextToken) => api.listRotationRuns({ secretId: rotated.secretArn, nextToken }),
    );
    await tryOddInput(
      forged(() => functionsToken),
      (nextToken) => api.listRotationFunctions({ nextToken }),
    );
  });

  it('WatchRotation', async () => {
    const token = worker.tokenOf();
    const watch = async (request: object) => {
      for await (const _ of worker.client.watchRotation(WatchRotationRequest.fromPartial(request), { token }));
    };
    // The method waits for a version that RotateSecret could have returned.
    const versionId = oddText.filter((text) => text.length < 32 || text.length > 64);
    await tryOddInput(
      fc.record({ secretId: fc.oneof(oddText, fc.constant(rotated.secretArn)), versionId }, { requiredKeys: [] }),
      watch,
    );
  });

  it('ResolveRotationFunction', async () => {
    const client = connectTo(rotationFunctionDirectoryService, {
      address: `127.0.0.1:${worker.service.port}`,
      tls: await worker.pki.issueFiles(serviceCertificate('secrets-api')),
      service: 'test',
    });
    try {
      await tryOddInput(oddRequests({ accountId: ACCOUNT, functionName: ARN }), (request) =>
        client.resolveRotationFunction({ accountId: '', functionName: '', ...request }, { maxAttempts: 1 }),
      );
    } finally {
      client.close();
    }
  });
});

const http = (value: { endpoint: string; caPem: string }) => ({ $case: 'http' as const, value });
