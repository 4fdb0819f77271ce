import { readFileSync } from 'node:fs';
import { connect as connectPlainly, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { setTimeout as delay } from 'node:timers/promises';
import { type LocalCluster } from '@strongroom/local-cluster';
import { Dice } from '../requests/dice';
import { type WireRequest } from '../requests/plan';
import { type Answer } from './answer';

/** How long a connection is watched after the last byte, and how many stay half-written at a time. */
const WATCHED_MS = 250;
const MAX_HELD = 24;
const MAX_READ = 64 << 10;

/** A connection that was left in the middle of something. */
export interface Held {
  scenario: string;
  program: string;
  since: number;
  isOpen(): boolean;
}

/** Writes bytes to a port and sees what comes back. */
export class WireSender {
  /** The newest at the end; the oldest go when there are too many. */
  private readonly sockets: { held: Held; socket: Socket }[] = [];
  private readonly ca: Buffer;

  constructor(private readonly cluster: LocalCluster) {
    this.ca = readFileSync(cluster.adminCertificate.caFile);
  }

  get held(): readonly Held[] {
    return this.sockets.map(({ held }) => held);
  }

  /** Never rejects. */
  async send({ program, scenario, seed }: WireRequest): Promise<Answer> {
    const startedAt = performance.now();
    const port = Number(this.cluster.endpoint(program).split(':')[1]);
    const socket =
      scenario.protocol === undefined
        ? connectPlainly({ host: '127.0.0.1', port })
        : connectTls({ host: '127.0.0.1', port, servername: 'localhost', ca: this.ca, ALPNProtocols: [scenario.protocol] });
    let isOpen = true;
    let received = Buffer.alloc(0);
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve(void (isOpen = false))));
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      if (received.length < MAX_READ) received = Buffer.concat([received, chunk]);
    });
    await Promise.race([
      new Promise((resolve) => socket.once(scenario.protocol === undefined ? 'connect' : 'secureConnect', resolve)),
      closed,
      delay(5_000),
    ]);
    for (const piece of scenario.write(new Dice(seed))) {
      if (!isOpen) break;
      if (!socket.write(piece))
        await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed, delay(2_000)]);
    }
    await Promise.race([closed, delay(WATCHED_MS)]);
    const status = isOpen ? 'open' : 'closed';
    if (isOpen && scenario.isHeld)
      this.hold({ scenario: scenario.name, program, since: Date.now(), isOpen: () => isOpen }, socket);
    else socket.destroy();
    return { status, ...said(received, scenario.protocol), elapsedMs: performance.now() - startedAt };
  }

  close(): void {
    for (const { socket } of this.sockets.splice(0)) socket.destroy();
  }

  private hold(held: Held, socket: Socket): void {
    this.sockets.push({ held, socket });
    if (this.sockets.length > MAX_HELD) this.sockets.shift()!.socket.destroy();
  }
}

/** A status of HTTP in the first line, or of gRPC in trailers that no table shortens. */
function said(received: Buffer, protocol: string | undefined): Pick<Answer, 'reason' | 'message' | 'details' | 'content'> {
  const text = received.toString('latin1');
  const reason = protocol === 'http/1.1' ? (/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? '') : '';
  const body = text.indexOf('\r\n\r\n');
  return { reason, message: reason === '' || body < 0 ? '' : text.slice(body + 4, body + 304), details: [], content: '' };
}
