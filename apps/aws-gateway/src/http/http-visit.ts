import { HTTP } from '@strongroom/bounds';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import { AwsError } from '../aws-error';
import { ClientGone, rateExceeded, type Visit } from '../gateway/visit';
import type { Connection } from './connections';
import type { Place } from '@strongroom/fairness';
import type { Door } from './door';
import type { WireHead } from './request';

export type IncomingRequest = IncomingMessage | Http2ServerRequest;

/** Headers that must not be sent twice, because the meaning would be unclear. */
const SINGLE = /^(?:authorization|content-length|content-type|date|host|x-amz-.*)$/;

/** The cost of keeping a piece of a body beside its bytes, because they may arrive one by one. */
const CHUNK_BYTES = 512;

/** A request as it arrives over HTTP, and what it uses of the gateway's limits meanwhile. */
export class HttpVisit implements Visit {
  readonly head: WireHead;
  private place: Place;
  private isTurnedAway = false;
  private stopReading?: (reason: Error) => void;
  private finishCall?: () => void;

  constructor(
    private readonly incoming: IncomingRequest,
    private readonly connection: Connection,
    secure: boolean,
    private readonly door: Door,
  ) {
    this.head = headOf(incoming, connection.address, secure);
    this.place = door.strangers.enter(connection.network, HTTP.requestBytes, this.giveWay);
  }

  claims(credentialId: string): void {
    this.place.leave();
    if (this.isTurnedAway) return;
    this.place = this.door.claimants.enter(`${credentialId} ${this.connection.network}`, HTTP.requestBytes, this.giveWay);
  }

  readBody(most: number): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const { incoming } = this;
      if (this.isTurnedAway) throw rateExceeded();
      if (Number(this.head.headers['content-length']) > most) throw tooLarge(most);
      const chunks: Buffer[] = [];
      let size = 0;
      let isRead = false;
      this.stopReading = (reason) => {
        incoming.removeAllListeners('data');
        // Whatever else arrives is thrown away, so that the client becomes ready to read the answer.
        incoming.resume();
        reject(reason);
      };
      incoming.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > most) return this.stopReading!(tooLarge(most));
        chunks.push(chunk);
        this.place.grow(chunk.length + CHUNK_BYTES);
      });
      incoming.once('end', () => {
        isRead = true;
        resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
      });
      // Every request closes in the end.
      const gone = () => {
        if (!isRead) reject(new ClientGone());
      };
      for (const event of ['error', 'aborted', 'close']) incoming.once(event, gone);
    });
  }

  begin(accountId: string | undefined): void {
    this.place.leave();
    if (this.isTurnedAway) throw rateExceeded();
    const { door, connection } = this;
    if (accountId !== undefined) connection.provedBy(accountId);
    const [places, name] = accountId === undefined ? [door.unsignedCalls, connection.network] : [door.calls, accountId];
    if (!places.take(name)) throw rateExceeded();
    door.gauge.inFlight++;
    this.finishCall = () => {
      door.gauge.inFlight--;
      places.give(name);
    };
  }

  /** It has been answered, or nobody waits for it any more. */
  end(): void {
    this.place.leave();
    this.finishCall?.();
  }

  private readonly giveWay = (): void => {
    this.isTurnedAway = true;
    this.stopReading?.(rateExceeded());
  };
}

const tooLarge = (most: number): AwsError =>
  new AwsError('RequestEntityTooLargeException', `A request has at most ${most} bytes.`, 413);

function headOf(incoming: IncomingRequest, address: string, secure: boolean): WireHead {
  const url = incoming.url ?? '/';
  const question = url.indexOf('?');
  return {
    method: incoming.method ?? '',
    path: question < 0 ? url : url.slice(0, question),
    query: question < 0 ? '' : url.slice(question + 1),
    headers: headersOf(incoming),
    problem: problemOf(incoming.rawHeaders),
    address,
    secure,
  };
}

function headersOf(incoming: IncomingRequest): IncomingHttpHeaders {
  const headers: IncomingHttpHeaders = Object.create(null) as IncomingHttpHeaders;
  for (const [name, value] of Object.entries(incoming.headers)) if (!name.startsWith(':')) headers[name] = value;
  const authority = incoming.headers[':authority'];
  if (headers.host === undefined && typeof authority === 'string') headers.host = authority;
  return headers;
}

function problemOf(rawHeaders: readonly string[]): string | undefined {
  if (rawHeaders.length > 2 * HTTP.headers) return `A request must have at most ${HTTP.headers} headers.`;
  const seen = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toLowerCase();
    if (!SINGLE.test(name)) continue;
    if (seen.has(name)) return `The header '${name}' must not be repeated.`;
    seen.add(name);
  }
  return undefined;
}
