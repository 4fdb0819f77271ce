import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  InMemorySpanExporter,
  ParentBasedSampler,
  SimpleSpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { currentTrace, inEntrySpan, inSpan, inTraceOf, parseTraceparent, startSpan, traceBy, traceparent } from './index';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const sent = `00-${TRACE}-${SPAN}-01`;
const exporter = new InMemorySpanExporter();
const start = (share = 1) => {
  const sampler = new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) });
  const provider = new TracerProvider({ sampler, spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  traceBy(provider.getTracer('test'), share);
};
const spans = () => exporter.getFinishedSpans();
const entry = <T>(work: () => Promise<T>, header: string | undefined = sent, isTrusted = true) =>
  inEntrySpan('entry', { traceparent: header, isTrusted }, work);

beforeAll(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
afterAll(() => {
  context.disable();
  trace.disable();
});
beforeEach(() => {
  exporter.reset();
  start();
});
afterEach(() => traceBy(undefined));

describe('when nothing is traced', () => {
  beforeEach(() => traceBy(undefined));

  it('does the work, and nothing else', async () => {
    const seen: unknown[] = [];
    const look = async (span?: unknown) => void seen.push(span, traceparent(), currentTrace(), startSpan('x', {}));
    await inEntrySpan('entry', { traceparent: sent, isTrusted: true }, look);
    await inSpan('inner', {}, look);
    await inTraceOf([], look);
    expect(seen).toEqual(Array(12).fill(undefined));
    expect(spans()).toEqual([]);
  });
});

describe('a traceparent', () => {
  it('is read as it was written', async () => {
    expect(parseTraceparent(sent)).toEqual({ traceId: TRACE, spanId: SPAN, traceFlags: 1, isRemote: true });
    expect(await entry(async () => traceparent())).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
  });

  it.each([
    undefined,
    '',
    sent.toUpperCase(),
    sent.replace(/^00/, '01'),
    `${sent}-00`,
    `${sent}, ${sent}`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
  ])('that is none begins no trace of its sender’s: %s', async (header) => {
    expect(parseTraceparent(header)).toBeUndefined();
    await inEntrySpan('entry', { traceparent: header, isTrusted: true }, async () => undefined);
    expect(spans()[0]!.parentSpanContext).toBeUndefined();
    expect(spans()[0]!.spanContext().traceId).not.toBe(TRACE);
  });

  it('says whether the trace is recorded, from those who are trusted alone', async () => {
    const unsampled = sent.replace(/1$/, '0');
    await entry(async () => undefined, unsampled);
    expect(spans()).toEqual([]);
    await entry(async () => undefined, unsampled, false);
    expect(spans()).toHaveLength(1);
    start(0);
    await entry(async () => undefined, sent, false);
    expect(spans()).toHaveLength(1);
    await entry(async () => undefined, sent);
    expect(spans()).toHaveLength(2);
  });
});

it('puts spans beneath those that they are part of, across what is awaited', async () => {
  await entry(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    await inSpan('inner', {}, () => inSpan('innermost', { kind: 'client' }, async () => undefined));
  });
  const [innermost, inner, outer] = spans();
  expect(innermost!.parentSpanContext!.spanId).toBe(inner!.spanContext().spanId);
  expect(inner!.parentSpanContext!.spanId).toBe(outer!.spanContext().spanId);
  expect(outer!.parentSpanContext!.spanId).toBe(SPAN);
});

it('makes no trace of what nobody asked for', async () => {
  await inSpan('of a timer', {}, async () => undefined);
  expect(startSpan('of a timer', {})).toBeUndefined();
  expect(spans()).toEqual([]);
});

it('does shared work in the trace of the first who asked, and names the others', async () => {
  const asked = [
    {},
    await entry(async () => ({ trace: currentTrace() })),
    await entry(async () => ({ trace: currentTrace() }), undefined),
  ];
  const [first, second] = spans().map((span) => span.spanContext());
  exporter.reset();
  await inTraceOf(asked, () => inSpan('shared', {}, () => inSpan('inner', {}, async () => undefined)));
  const [inner, shared] = spans();
  expect(shared!.parentSpanContext!.spanId).toBe(first!.spanId);
  expect(shared!.links.map(({ context: linked }) => linked.spanId)).toEqual([second!.spanId]);
  expect(inner!.links).toEqual([]);
  exporter.reset();
  await entry(() => inTraceOf([{}], () => inSpan('of nobody', {}, async () => undefined)));
  expect(spans().map(({ name }) => name)).toEqual(['entry']);
});

it('tells of an error by its name alone, and of nothing that is not on the list', async () => {
  const failures = [
    Object.assign(new Error('canary'), { reason: 'AccessDeniedException' }),
    Object.assign(new Error('canary'), { code: 'ER_DUP_ENTRY', sql: 'canary' }),
    Object.assign(new Error('canary'), { reason: 'the canary sang' }),
    'canary sang',
    null,
  ];
  for (const failure of failures) {
    const options = { traceparent: sent, isTrusted: true, fields: { 'rpc.method': 'm'.repeat(9_999), value: 'canary' } };
    await inEntrySpan('entry', options as never, () => Promise.reject(failure as Error)).catch(() => undefined);
  }
  expect(spans().map(({ attributes }) => attributes['error.type'])).toEqual([
    'AccessDeniedException',
    'ER_DUP_ENTRY',
    'Error',
    'error',
    'error',
  ]);
  const told = JSON.stringify(spans().map(({ attributes, events, status, name }) => ({ attributes, events, status, name })));
  expect(told).not.toContain('canary');
  expect(spans()[0]!.attributes['rpc.method']).toHaveLength(2_000);
});
