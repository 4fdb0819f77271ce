import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { type ClientHttp2Session, connect } from 'node:http2';
import { Agent, request as httpsRequest } from 'node:https';
import { Hash } from '@smithy/hash-node';
import { SignatureV4 } from '@smithy/signature-v4';
import type { LocalCluster } from '@strongroom/local-cluster';
import type { HttpsRequest } from '../requests/plan';
import type { Cast, Member } from '../world/cast';
import { type Answer, MAX_CONTENT } from './answer';

/** The time within which the gateway must answer, with a margin; milliseconds. */
const PATIENCE = 40_000;

/**
 * The most bytes over one HTTP/2 session before another one replaces it. Node's client never stops counting what it has sent on
 * streams that were reset, and stalls once that exceeds its limit.
 */
const MAX_SENT = 200_000_000;

interface RawAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** Sends requests as AWS's clients do, signed or not, over both versions of HTTP. */
export class HttpsSender {
  private readonly agent: Agent;
  /** One for each caller, because what a caller does to its connection concerns nobody else. */
  private readonly sessions = new Map<string, { session: ClientHttp2Session; sent: number }>();
  private readonly origin: string;

  constructor(
    private readonly cluster: LocalCluster,
    private readonly cast: Cast,
  ) {
    this.agent = new Agent({ keepAlive: true, ca: readFileSync(cluster.adminCertificate.caFile), maxSockets: 64 });
    this.origin = `https://${cluster.endpoint('aws-gateway')}`;
  }

  /** Never rejects. */
  async send(request: HttpsRequest): Promise<Answer> {
    const headers = await this.sign(request);
    const startedAt = performance.now();
    try {
      const raw = await (request.protocol === 'h2'
        ? this.overHttp2(request.caller, headers, request.body)
        : this.overHttp1(headers, request.body));
      return { ...read(raw), elapsedMs: performance.now() - startedAt };
    } catch (error) {
      const { message, code = '' } = error as NodeJS.ErrnoException;
      return {
        status: message === 'timeout' ? 'timeout' : 'broken',
        reason: code,
        message,
        details: [],
        content: '',
        elapsedMs: performance.now() - startedAt,
      };
    }
  }

  close(): void {
    this.agent.destroy();
    for (const { session } of this.sessions.values()) session.destroy();
  }

  private async sign(request: HttpsRequest): Promise<Record<string, string>> {
    const { forgery, signingName, body } = request;
    const { host } = new URL(this.origin);
    const headers: Record<string, string> = { host, ...request.headers };
    if (forgery === 'no signature' || request.isUnsigned) return headers;
    if (forgery === 'garbage')
      return { ...headers, authorization: 'AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=00' };
    const credentials = { ...this.signerOf(request) };
    if (forgery === 'unknown key') credentials.accessKeyId = 'AKIAUNKNOWNUNKNOWN00';
    if (forgery === 'wrong secret') credentials.secretAccessKey = 'not-the-secret-of-this-key';
    if (forgery === 'bad session') credentials.sessionToken = 'not-a-token';
    const signer = new SignatureV4({
      service: forgery === 'other service' ? 's3' : signingName,
      region: forgery === 'other region' ? 'eu-north-1' : this.cluster.region,
      credentials,
      sha256: Hash.bind(null, 'sha256'),
      applyChecksum: request.headers['x-amz-content-sha256'] === undefined,
    });
    const signed = await signer.sign(
      {
        method: 'POST',
        protocol: 'https:',
        hostname: new URL(this.origin).hostname,
        path: '/',
        headers,
        body: forgery === 'other body' ? Buffer.from('{}') : body,
      },
      { signingDate: new Date(Date.now() - (forgery === 'old' ? 86_400_000 : 0)) },
    );
    return signed.headers;
  }

  private signerOf({ caller }: HttpsRequest): Member['signer'] {
    if (caller === 'deputy' || caller === 'forged' || caller === 'anonymous') return this.cast.owner.signer;
    return this.cast[caller].signer;
  }

  /** A kept connection may end just as it is used again: then the request goes over another, as clients do it. */
  private async overHttp1(headers: Record<string, string>, body: Buffer): Promise<RawAnswer> {
    for (;;) {
      const sent = this.requestOverHttp1(headers, body);
      try {
        return await answerTo(sent);
      } catch (error) {
        if (!sent.reusedSocket || (error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
      }
    }
  }

  private requestOverHttp1(headers: Record<string, string>, body: Buffer): ClientRequest {
    const { hostname, port } = new URL(this.origin);
    const sent = httpsRequest({ hostname, port, method: 'POST', path: '/', agent: this.agent, timeout: PATIENCE });
    for (const [name, value] of Object.entries(headers)) if (name !== 'expect') sent.setHeader(name, value);
    sent.setHeader('content-length', body.length);
    // A gateway that has heard enough answers and goes, while we still write.
    sent.on('error', () => undefined);
    sent.once('timeout', () => sent.destroy(new Error('timeout')));
    return sent.end(body);
  }

  private overHttp2(caller: string, { host, ...headers }: Record<string, string>, body: Buffer): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      const stream = this.sessionFor(caller, body.length).request({
        ':method': 'POST',
        ':path': '/',
        ':authority': host,
        ...headers,
      });
      let answer: Record<string, string | string[] | undefined> = {};
      let text = '';
      stream.setTimeout(PATIENCE, () => {
        reject(new Error('timeout'));
        stream.destroy();
      });
      stream.once('response', (received) => (answer = received as never));
      stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      stream.once('error', reject);
      const end = () => {
        const status = Number(answer[':status']);
        if (status) resolve({ status, headers: answer, body: text });
        else reject(new Error('the stream ended without an answer'));
      };
      // A gateway that has heard enough answers, and resets the stream. Node's client then still waits for what it has not sent.
      stream.once('end', () => {
        end();
        stream.close();
      });
      stream.once('close', end);
      stream.end(body);
    });
  }

  private sessionFor(caller: string, bytes: number): ClientHttp2Session {
    const known = this.sessions.get(caller);
    if (known !== undefined && !known.session.closed && !known.session.destroyed && known.sent < MAX_SENT) {
      known.sent += bytes;
      return known.session;
    }
    known?.session.close();
    const session = connect(this.origin, { ca: readFileSync(this.cluster.adminCertificate.caFile), maxSessionMemory: 1_000 });
    session.on('error', () => undefined);
    this.sessions.set(caller, { session, sent: bytes });
    return session;
  }
}

const tagged = (text: string, element: string): string => new RegExp(`<${element}>([^<]*)</${element}>`).exec(text)?.[1] ?? '';

async function answerTo(sent: ClientRequest): Promise<RawAnswer> {
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
  return { status: response.statusCode ?? 0, headers: response.headers, body: text };
}

/** An answer in JSON or XML. */
export function read({ status, headers, body }: RawAnswer): Omit<Answer, 'elapsedMs'> {
  const requestId = String(headers['x-amzn-requestid'] ?? '') || undefined;
  if (status < 300)
    return { status: String(status), reason: '', message: '', details: [], content: body.slice(0, MAX_CONTENT), requestId };
  if (body.startsWith('<')) {
    const message = unescapeXml(tagged(body, 'Message'));
    return { status: String(status), reason: tagged(body, 'Code'), message, details: [], content: '', requestId };
  }
  try {
    const { __type: reason = '', message, Message = message, ...rest } = JSON.parse(body) as Record<string, string>;
    return { status: String(status), reason, message: Message ?? '', details: Object.keys(rest).sort(), content: '', requestId };
  } catch {
    return { status: String(status), reason: '', message: body.slice(0, 300), details: [], content: '', requestId };
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#xD': '\r' };
const unescapeXml = (text: string): string => text.replace(/&(amp|lt|gt|quot|apos|#xD);/g, (_, name: string) => ENTITIES[name]!);
