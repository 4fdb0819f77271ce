import { readFileSync } from 'node:fs';
import { Client, credentials as channelCredentials, Metadata, type ServiceError, status as Code } from '@grpc/grpc-js';
import { fromStatus } from '@strongroom/grpc-kit';
import type { CertificateFiles, LocalCluster, ProgramName } from '@strongroom/local-cluster';
import type { GrpcCredential, GrpcRequest } from '../requests/plan';
import type { Cast, Member } from '../world/cast';
import { type Answer, MAX_CONTENT } from './answer';

/** The certificates of nobody: one that the authority issued and no user holds, and one of another authority. */
export interface FalseCertificates {
  unbound: CertificateFiles;
  foreign: CertificateFiles;
}

const OPTIONS = {
  'grpc.enable_http_proxy': 0,
  'grpc.use_local_subchannel_pool': 1,
  'grpc.initial_reconnect_backoff_ms': 50,
  'grpc.max_reconnect_backoff_ms': 500,
  'grpc.max_receive_message_length': 32 << 20,
  'grpc.max_send_message_length': 32 << 20,
};

/** Streams end by themselves only if they are refused. After this time, or this many messages, we have seen enough. */
const STREAM_MS = 400;
/** The same for a caller who must be sure that no refusal is still on its way. */
const PATIENT_STREAM_MS = 5_000;
const STREAM_MESSAGES = 20;

const bytes = (buffer: Buffer): Buffer => buffer;

/** Sends requests of gRPC as bytes, whatever is in them. */
export class GrpcSender {
  private readonly clients = new Map<string, Client>();

  constructor(
    private readonly cluster: LocalCluster,
    private readonly cast: Cast,
    private readonly falseCertificates: FalseCertificates,
  ) {}

  /** Never rejects. */
  send(request: GrpcRequest, isPatient = false): Promise<Answer> {
    const client = this.clientOf(request.program, request.caller, request.credential);
    const metadata = this.metadataOf(request);
    const startedAt = performance.now();
    return new Promise((resolve) => {
      const content: Buffer[] = [];
      let received: Metadata | undefined;
      const end = (error?: ServiceError) => {
        clearTimeout(enough);
        resolve({
          ...(error === undefined ? SUCCESS : failure(error)),
          content: error === undefined ? Buffer.concat(content).toString('latin1').slice(0, MAX_CONTENT) : '',
          requestId: String(received?.get('x-request-id')[0] ?? error?.metadata?.get('x-request-id')[0] ?? '') || undefined,
          elapsedMs: performance.now() - startedAt,
        });
      };
      let enough: NodeJS.Timeout | undefined;
      const call = this.start(client, request, metadata);
      call.on('metadata', (sent: Metadata) => (received = sent));
      call.on('data', (message: Buffer) => {
        content.push(message);
        if (content.length === STREAM_MESSAGES) stop();
      });
      let isStopped = false;
      const stop = () => {
        isStopped = true;
        call.cancel();
      };
      if (request.isStream.response) enough = setTimeout(stop, isPatient ? PATIENT_STREAM_MS : STREAM_MS);
      call.on('error', (error: ServiceError) => end(isStopped && error.code === Code.CANCELLED ? undefined : error));
      call.on('end', () => setImmediate(end));
    });
  }

  close(): void {
    for (const client of this.clients.values()) client.close();
  }

  private start(client: Client, request: GrpcRequest, metadata: Metadata) {
    const { path, isStream, messages, timeoutMs } = request;
    const options = { deadline: Date.now() + timeoutMs };
    if (!isStream.request) return client.makeServerStreamRequest(path, bytes, bytes, messages[0]!, metadata, options);
    const stream = client.makeBidiStreamRequest(path, bytes, bytes, metadata, options);
    for (const message of messages) stream.write(message);
    return stream;
  }

  private metadataOf({ metadata: sent, credential: { token }, caller }: GrpcRequest): Metadata {
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(sent)) metadata.add(name, value);
    if ('authorization' in sent) return metadata;
    if (token === 'own') metadata.add('authorization', `Bearer ${this.memberOf(caller).token}`);
    else if (token !== 'none') metadata.add('authorization', `Bearer ${token.text}`);
    return metadata;
  }

  private memberOf(caller: string): Member {
    return this.cast[caller === 'deputy' ? 'owner' : (caller as keyof Cast)];
  }

  private clientOf(program: ProgramName, caller: string, { certificate }: GrpcCredential): Client {
    const name = `${program} ${certificate === 'own' ? caller : certificate}`;
    const known = this.clients.get(name);
    if (known !== undefined) return known;
    const files = this.filesOf(caller, certificate);
    const ca = readFileSync(this.cluster.adminCertificate.caFile);
    const channel = files
      ? channelCredentials.createSsl(ca, readFileSync(files.keyFile), readFileSync(files.certFile))
      : channelCredentials.createSsl(ca);
    const client = new Client(this.cluster.endpoint(program), channel, OPTIONS);
    this.clients.set(name, client);
    return client;
  }

  private filesOf(caller: string, certificate: GrpcCredential['certificate']): CertificateFiles | undefined {
    switch (certificate) {
      case 'none':
        return undefined;
      case 'own':
        return this.memberOf(caller).certificate;
      case 'unbound':
      case 'foreign':
        return this.falseCertificates[certificate];
      default:
        return this.cluster.serviceCertificate(certificate);
    }
  }
}

const SUCCESS = { status: 'OK', reason: '', message: '', details: [] };

const failure = (error: ServiceError): Pick<Answer, 'status' | 'reason' | 'message' | 'details'> => {
  const { reason, message, metadata } = fromStatus(error);
  return { status: Code[error.code] ?? String(error.code), reason, message, details: Object.keys(metadata).sort() };
};
