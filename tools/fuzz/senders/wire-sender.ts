import { endpointOf } from '@strongroom/config';
import { readFileSync } from 'node:fs';
import { connect as connectPlainly, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalCluster } from '@strongroom/local-cluster';
import { Dice } from '../requests/dice';
import { frameTypes } from '../requests/http2-frames';
import type { WireRequest } from '../requests/plan';
import type { Held } from '../checks/held';
import type { Answer } from './answer';

/** How long a connection is watched after the last byte. */
const WATCHED_MS = 250;
/** How many connections stay half-written: the first of each scenario and program, and some more that come and go. */
const MAX_PASSING = 16;
const MAX_READ = 64 << 10;

/** Writes bytes to a port and sees what comes back. */
export class WireSender {
  private readonly kept = new Map<string, { held: Held; socket: Socket }>();
  /** The newest at the end; the oldest go when there are too many. */
  private readonly passing: Socket[] = [];
  private readonly ca: Buffer;

  constructor(private readonly cluster: LocalCluster) {
    this.ca = readFileSync(cluster.adminCertificate.caFile);
  }

  get held(): readonly Held[] {
    return [...this.kept.values()].map(({ held }) => held);
  }

  /** Never rejects. */
  async send({ program, scenario, seed }: WireRequest): Promise<Answer> {
    const startedAt = performance.now();
    const { port } = endpointOf(this.cluster.endpoint(program));
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
    const isWaiting = () => isOpen && !isAnswered(received, scenario.protocol);
    if (isOpen && scenario.isHeld) this.hold({ scenario: scenario.name, program, since: Date.now(), isWaiting }, socket);
    else socket.destroy();
    return { status, ...said(received, scenario.protocol), elapsedMs: performance.now() - startedAt };
  }

  close(): void {
    for (const socket of [...this.passing, ...[...this.kept.values()].map(({ socket: one }) => one)]) socket.destroy();
  }

  private hold(held: Held, socket: Socket): void {
    const name = `${held.program} ${held.scenario}`;
    if (!this.kept.has(name)) return void this.kept.set(name, { held, socket });
    this.passing.push(socket);
    if (this.passing.length > MAX_PASSING) this.passing.shift()!.destroy();
  }
}

/** Whether the server has ended what was begun: in HTTP/2 a stream or the connection, in HTTP/1.1 by any word. */
function isAnswered(received: Buffer, protocol: string | undefined): boolean {
  if (protocol !== 'h2') return received.length > 0;
  for (let at = 0; at + 9 <= received.length; at += 9 + received.readUIntBE(at, 3)) {
    const [type, stream] = [received[at + 3]!, received.readUInt32BE(at + 5)];
    if (type === frameTypes.goaway || (stream !== 0 && (type === frameTypes.headers || type === frameTypes.rstStream)))
      return true;
  }
  return false;
}

/** A status of HTTP in the first line, or of gRPC in trailers that no table shortens. */
function said(received: Buffer, protocol: string | undefined): Pick<Answer, 'reason' | 'message' | 'details' | 'content'> {
  const text = received.toString('latin1');
  const reason = protocol === 'http/1.1' ? (/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? '') : '';
  const body = text.indexOf('\r\n\r\n');
  return { reason, message: reason === '' || body < 0 ? '' : text.slice(body + 4, body + 304), details: [], content: '' };
}
