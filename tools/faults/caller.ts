import { Client, type MethodDefinition } from '@grpc/grpc-js';
import { callUnary, connect, type UnaryMethod } from '@strongroom/grpc-kit';
import type { ReachableCluster, ServiceName } from '@strongroom/local-cluster';
import { isIdempotent, type RequestOf, type ResponseOf, type Service } from '@strongroom/methods';

/** An answer, and the id under which the trail knows the call. */
export interface Acknowledged<Response> {
  response: Response;
  requestId: string;
}

/** The most times that a call is sent which may be repeated; as for clients of programs. */
const MAX_ATTEMPTS = 8;

/** Calls a cluster as its administrator does, over the connections of our clients: what may be repeated is repeated. */
export class Caller {
  private readonly clients = new Map<ServiceName, Client>();

  constructor(
    private readonly cluster: ReachableCluster,
    /** For a call with all its attempts. Milliseconds. */
    private readonly timeoutMs: number,
  ) {}

  /** @throws DomainError */
  async call<S extends Service, Name extends keyof S['contract'] & string>(
    program: ServiceName,
    service: S,
    name: Name,
    request: RequestOf<S['contract'][Name]>,
  ): Promise<Acknowledged<ResponseOf<S['contract'][Name]>>> {
    const { path, requestSerialize, responseDeserialize } = service.contract[name] as unknown as MethodDefinition<
      unknown,
      unknown
    >;
    let requestId = '';
    const unary: UnaryMethod<unknown, unknown> = (message, metadata, options, callback) => {
      const call = this.clientOf(program).makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        message,
        metadata,
        options,
        (error, response) => callback(error, response),
      );
      // Of the last attempt, which is the one that is answered.
      call.on('metadata', (received) => (requestId = String(received.get('x-request-id')[0] ?? '')));
      return call;
    };
    const idempotent = isIdempotent(service.methods[name]!, request);
    const response = await callUnary(unary, request, { timeoutMs: this.timeoutMs, idempotent, maxAttempts: MAX_ATTEMPTS });
    return { response: response as ResponseOf<S['contract'][Name]>, requestId };
  }

  close(): void {
    for (const client of this.clients.values()) client.close();
  }

  private clientOf(program: ServiceName): Client {
    let client = this.clients.get(program);
    if (client === undefined) {
      const { cluster } = this;
      const tls = cluster.adminCertificate;
      client = connect(Client, { address: cluster.endpoint(program), tls, service: 'faults', patienceMs: Infinity });
      this.clients.set(program, client);
    }
    return client;
  }
}
