import { readFileSync } from 'node:fs';
import {
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import {
  RotationRequestServiceClient,
  RotationRequestServiceService,
} from '@strongroom/contracts/strongroom/secrets/v1/rotation_request';
import type { LocalCluster } from '@strongroom/local-cluster';
import { subjectIn, type Gates } from './gates';

type Unary = (
  request: unknown,
  metadata: Metadata,
  options: object,
  callback: (error: ServiceError | null, response: unknown) => void,
) => void;

const LOST = { code: status.UNAVAILABLE, details: 'lost on the way' };

/** Stands between rotation-worker and secrets-api, with the certificates of both, and holds calls or their answers at gates. */
export class SecretsApiProxy {
  private constructor(
    private readonly server: Server,
    private readonly client: RotationRequestServiceClient,
  ) {}

  static async start(cluster: LocalCluster, port: number, gates: Gates): Promise<SecretsApiProxy> {
    const [ours, theirs] = (['secrets-api', 'rotation-worker'] as const).map((name) => {
      const { caFile, keyFile, certFile } = cluster.serviceCertificate(name);
      return { ca: readFileSync(caFile), key: readFileSync(keyFile), certificate: readFileSync(certFile) };
    });
    const client = new RotationRequestServiceClient(
      cluster.endpoint('secrets-api'),
      credentials.createSsl(theirs!.ca, theirs!.key, theirs!.certificate),
      { 'grpc.initial_reconnect_backoff_ms': 50, 'grpc.max_reconnect_backoff_ms': 200, 'grpc.enable_http_proxy': 0 },
    );
    const server = new Server();
    const methods = Object.keys(RotationRequestServiceService);
    const handlers = methods.map((method) => [method, forward(client, method, gates)] as const);
    server.addService(RotationRequestServiceService, Object.fromEntries(handlers));
    const pair = { private_key: ours!.key, cert_chain: ours!.certificate };
    await new Promise<void>((resolve, reject) =>
      server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createSsl(ours!.ca, [pair], true), (error) =>
        error ? reject(error) : resolve(),
      ),
    );
    return new SecretsApiProxy(server, client);
  }

  stop(): void {
    this.server.forceShutdown();
    this.client.close();
  }
}

const forward =
  (client: RotationRequestServiceClient, method: string, gates: Gates) =>
  async (call: ServerUnaryCall<{ secretArn?: string }, unknown>, callback: sendUnaryData<unknown>) => {
    const subject = subjectIn(call.request.secretArn ?? '');
    const isLost = (await gates.pass(subject, 'before', method)) === 'lost';
    // Whoever is gone, or has given up, asks for nothing any more.
    if (isLost || call.cancelled) return callback(LOST);
    const unary = (client as unknown as Record<string, Unary>)[method]!;
    unary.call(client, call.request, new Metadata(), { deadline: call.getDeadline() }, (error, response) => {
      if (error) return callback({ code: error.code, details: error.details, metadata: error.metadata });
      void gates
        .pass(subject, 'after', method)
        .then((verdict) => (verdict === 'lost' ? callback(LOST) : callback(null, response)));
    });
  };
