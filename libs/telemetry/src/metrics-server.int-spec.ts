import { Metrics, startMetricsServer, type MetricsServer } from './index';

let server: MetricsServer;
let isHealthy = true;

beforeAll(async () => {
  const metrics = new Metrics({ service: 'secrets-api' });
  server = await startMetricsServer({ metrics, listen: '127.0.0.1:0', isHealthy: () => isHealthy });
});
afterAll(() => server.close());

const get = async (path: string, method = 'GET') => {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
};

it('serves metrics as Prometheus reads them', async () => {
  const { status, type, text } = await get('/metrics');
  expect([status, type]).toEqual([200, expect.stringContaining('text/plain; version=0.0.4')]);
  expect(text).toContain('# TYPE strongroom_grpc_server_seconds histogram');
  expect(text).toContain('nodejs_eventloop_lag_seconds');
});

it('says whether the process can do its work', async () => {
  expect(await get('/healthz')).toMatchObject({ status: 200, text: 'ok\n' });
  isHealthy = false;
  expect(await get('/healthz')).toMatchObject({ status: 503, text: 'not serving\n' });
});

it('serves nothing else', async () => {
  expect(await get('/')).toMatchObject({ status: 404 });
  expect(await get('/metrics', 'POST')).toMatchObject({ status: 405 });
});

it('says at once when its port is taken', async () => {
  const metrics = new Metrics({ service: 'another' });
  await expect(startMetricsServer({ metrics, listen: `127.0.0.1:${server.port}` })).rejects.toThrow('EADDRINUSE');
});

it('listens on an IPv6 address, which configuration writes in brackets', async () => {
  const sixth = await startMetricsServer({ metrics: new Metrics({ service: 'sixth' }), listen: '[::1]:0' });
  try {
    expect((await fetch(`http://[::1]:${sixth.port}/healthz`)).status).toBe(200);
  } finally {
    await sixth.close();
  }
});
