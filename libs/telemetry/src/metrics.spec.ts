import { Metrics } from './index';

const sample = (text: string, name: string): number => {
  const line = text.split('\n').find((each) => each.startsWith(name));
  return Number(line?.slice(line.lastIndexOf(' ') + 1));
};

it('puts durations into cumulative buckets, by method and code', async () => {
  const metrics = new Metrics({ service: 'secrets-api' });
  const timer = metrics.serverCallTimer('/a.B/C');
  for (const seconds of [0.0005, 0.0006, 0.3, 100]) timer.observe('OK', seconds);
  timer.observe('NOT_FOUND', 0.001);
  const text = await metrics.registry.metrics();
  const bucket = (le: string, code = 'OK') =>
    sample(text, `strongroom_grpc_server_seconds_bucket{le="${le}",method="/a.B/C",code="${code}",service="secrets-api"}`);
  expect(['0.0005', '0.001', '0.25', '0.5', '30', '+Inf'].map((le) => bucket(le))).toEqual([1, 2, 2, 3, 3, 4]);
  expect(bucket('+Inf', 'NOT_FOUND')).toBe(1);
  expect(sample(text, 'strongroom_grpc_server_seconds_sum{method="/a.B/C",code="OK"')).toBeCloseTo(100.3011);
  expect(sample(text, 'strongroom_grpc_server_seconds_count{method="/a.B/C",code="OK"')).toBe(4);
});

it('tells how many calls are under way', async () => {
  const metrics = new Metrics({ service: 'secrets-api' });
  metrics.inFlight = 3;
  expect(await metrics.registry.metrics()).toContain('strongroom_grpc_server_in_flight{service="secrets-api"} 3');
});

it('adds the process’ own once, however often it is asked', async () => {
  const metrics = new Metrics({ service: 'secrets-api' });
  metrics.collectProcessMetrics();
  expect(() => metrics.collectProcessMetrics()).not.toThrow();
  expect(await metrics.registry.metrics()).toMatch(/^process_cpu_seconds_total\{service="secrets-api"\} /m);
});
