import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Attribute {
  key: string;
  value: { stringValue?: string; intValue?: number | string };
}

interface WireSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Attribute[];
  links: { traceId: string; spanId: string }[];
  status: { code: number };
}

interface WireRequest {
  resourceSpans: { resource: { attributes: Attribute[] }; scopeSpans: { spans: WireSpan[] }[] }[];
}

/** A span as it arrived. */
export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string | undefined;
  service: string;
  name: string;
  /** Epoch milliseconds. */
  start: number;
  end: number;
  attributes: Record<string, string>;
  hasFailed: boolean;
}

const FAILED = 2;
const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const record = (attributes: Attribute[]): Record<string, string> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, String(value.stringValue ?? value.intValue)]));

/** Takes traces by OTLP over HTTP, as JSON, and keeps them. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  /** All bodies that came. */
  text = '';
  /** What processes say of themselves. */
  readonly resources = new Set<string>();
  /** Takes nothing: answers with 400. */
  refuses = false;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<OtlpReceiver> {
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        const status = request.url !== '/v1/traces' ? 404 : receiver.refuses ? 400 : 200;
        if (status === 200) receiver.take(body);
        response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
      });
    });
    const receiver = new OtlpReceiver(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  trace(traceId: string): ReceivedSpan[] {
    return this.spans.filter((span) => span.traceId === traceId).sort((a, b) => a.start - b.start);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private take(body: string): void {
    this.text += body;
    for (const { resource, scopeSpans } of (JSON.parse(body) as WireRequest).resourceSpans) {
      const service = record(resource.attributes)['service.name']!;
      for (const { key } of resource.attributes) this.resources.add(key);
      for (const span of scopeSpans.flatMap(({ spans }) => spans)) {
        this.spans.push({
          traceId: span.traceId,
          spanId: span.spanId,
          parentSpanId: span.parentSpanId || undefined,
          service,
          name: span.name,
          start: Number(span.startTimeUnixNano) / 1e6,
          end: Number(span.endTimeUnixNano) / 1e6,
          attributes: { ...record(span.attributes), kind: KINDS[span.kind]! },
          hasFailed: span.status.code === FAILED,
        });
      }
    }
  }
}

export interface SpanTree extends ReceivedSpan {
  children: SpanTree[];
}

/** The spans whose parents are not among them, each with what is beneath it, by time. */
export function treeOf(spans: readonly ReceivedSpan[]): SpanTree[] {
  const nodes = new Map(spans.map((span) => [span.spanId, { ...span, children: [] as SpanTree[] }]));
  const roots: SpanTree[] = [];
  for (const node of nodes.values()) {
    const parent = node.parentSpanId === undefined ? undefined : nodes.get(node.parentSpanId);
    (parent?.children ?? roots).push(node);
  }
  return roots;
}

/** Without some spans; what was beneath them is beneath their parents. */
export function without(spans: readonly ReceivedSpan[], leavesOut: (span: ReceivedSpan) => boolean): ReceivedSpan[] {
  const gone = new Map(spans.filter(leavesOut).map((span) => [span.spanId, span.parentSpanId]));
  const parentOf = (spanId: string | undefined): string | undefined =>
    spanId !== undefined && gone.has(spanId) ? parentOf(gone.get(spanId)) : spanId;
  return spans.flatMap((span) => (gone.has(span.spanId) ? [] : { ...span, parentSpanId: parentOf(span.parentSpanId) }));
}

/** One line for each span: how deep it is, by points, its service and its name. */
export const linesOf = (trees: readonly SpanTree[], depth = 0): string[] =>
  trees.flatMap((tree) => [`${'· '.repeat(depth)}${tree.service} ${tree.name}`, ...linesOf(tree.children, depth + 1)]);
