import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedMessage {
  headers: IncomingHttpHeaders;
  body: string;
}

/** A real HTTP server on loopback that answers as it is told and keeps what it gets. */
export class FakeReceiver {
  readonly received: ReceivedMessage[] = [];
  /** Answers; a receiver that hangs answers nothing. */
  answer: (response: ServerResponse) => void = (response) => response.writeHead(204).end();

  private readonly server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      this.received.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
      this.answer(response);
    });
  });

  static async start(): Promise<FakeReceiver> {
    const receiver = new FakeReceiver();
    await new Promise<void>((resolve) => receiver.server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  status(status: number, headers: Record<string, string> = {}): void {
    this.answer = (response) => response.writeHead(status, headers).end();
  }

  /** The ids of what it got, in order. */
  get ids(): string[] {
    return this.received.map(({ headers }) => String(headers['webhook-id']));
  }

  /** What the events are about that it got, in order. */
  get details(): { eventName: string; requestParameters: Record<string, string> }[] {
    return this.received.map(({ body }) => (JSON.parse(body) as { data: { detail: never } }).data.detail);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
