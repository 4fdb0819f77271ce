import { endpointText } from '@strongroom/config';
import { RotationStep as StepMessage } from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { DomainError, isDomainError } from '@strongroom/errors';
import { FairCache } from '@strongroom/fairness';
import { connectTo, type ServiceClient, type TlsFiles } from '@strongroom/grpc-kit';
import { rotationFunctionService } from '@strongroom/methods';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { CustomFunction, GrpcImplementation } from '../domain/custom-function';
import type { StepInvoker } from '../domain/custom-rotation';
import { functionUnreachable, TargetUnreachable } from '@strongroom/egress';
import { endpointsOf } from '@strongroom/egress';
import { codeOf, type TargetNetwork } from '@strongroom/egress';
import { foreignName, foreignText } from '../domain/foreign-text';
import type { RotationStep, StepCall } from '../domain/rotation-function.port';

type FunctionClient = ServiceClient<typeof rotationFunctionService>;

const CONNECTIONS = 200;
/** Of one account. */
const CONNECTIONS_OF_ACCOUNT = 50;

const stepMessages: Record<RotationStep, StepMessage> = {
  createSecret: StepMessage.CREATE_SECRET,
  setSecret: StepMessage.SET_SECRET,
  testSecret: StepMessage.TEST_SECRET,
  finishSecret: StepMessage.FINISH_SECRET,
};

/** Calls functions that implement RotationFunctionService, over mutual TLS with this service's certificate. */
export class GrpcFunctionClients {
  /** By account, and by the settings that they were made of. */
  private readonly clients: FairCache<FunctionClient>;

  constructor(
    private readonly service: string,
    private readonly tls: TlsFiles,
    private readonly network: Pick<TargetNetwork, 'open'>,
    { connections = CONNECTIONS, ofAccount = CONNECTIONS_OF_ACCOUNT } = {},
  ) {
    this.clients = new FairCache({ capacity: connections, share: ofAccount, gone: (client) => client.close() });
  }

  /** The signal of the call enforces the timeout of the function. */
  invoker(
    implementation: GrpcImplementation,
    { accountId, name, timeoutMs }: Pick<CustomFunction, 'accountId' | 'name' | 'timeoutMs'>,
  ): StepInvoker {
    const named = `the function ${name}`;
    return {
      invoke: async (step, { secretArn, token, rotationToken, signal }: StepCall) => {
        const client = this.clientFor(accountId, implementation, await this.reach(implementation.address, named, signal));
        const request = { step: stepMessages[step], secretId: secretArn, clientRequestToken: token, rotationToken };
        try {
          // A step that fails is tried again as a whole.
          await client.invokeStep(request, { timeoutMs, signal, maxAttempts: 1 });
        } catch (error) {
          if (!isDomainError(error)) throw error;
          throw isOfChannel(error) ? functionUnreachable(named, codeOf(error)) : ofFunction(error);
        }
      },
    };
  }

  close(): void {
    this.clients.clear();
  }

  /**
   * The address that the client dials. gRPC would resolve the name again, and could get another address, which rotation must not
   * reach.
   */
  private async reach(address: string, named: string, signal: AbortSignal): Promise<string> {
    const [{ host, port } = { host: '', port: 0 }] = endpointsOf(address);
    try {
      const socket = await this.network.open({ host, port, named }, signal);
      const reached = socket.remoteAddress ?? '';
      socket.destroy();
      return endpointText({ host: reached, port });
    } catch (error) {
      throw error instanceof TargetUnreachable ? functionUnreachable(named, error.why) : error;
    }
  }

  private clientFor(accountId: string, implementation: GrpcImplementation, reached: string): FunctionClient {
    const { address, serverUri, caPem } = implementation;
    const key = JSON.stringify([address, reached, serverUri, caPem]);
    const known = this.clients.get(accountId, key);
    if (known) return known;
    const client = this.connect(implementation, reached);
    this.clients.set(accountId, key, client);
    return client;
  }

  private connect({ address, serverUri, caPem }: GrpcImplementation, reached: string): FunctionClient {
    const { caFile, certFile, keyFile } = this.tls;
    const [{ host } = { host: '' }] = endpointsOf(address);
    return connectTo(rotationFunctionService, {
      address: reached,
      service: this.service,
      serverName: isIP(host) ? undefined : host,
      serverUri: serverUri === '' ? undefined : serverUri,
      tls: { ca: caPem === '' ? readFileSync(caFile) : caPem, certificate: readFileSync(certFile), key: readFileSync(keyFile) },
    });
  }
}

/** Whether the gRPC library reports the connection, rather than the function its work. */
const isOfChannel = ({ kind, message }: DomainError): boolean =>
  kind === 'unavailable' &&
  /^(No connection established|Name resolution failed|Connection dropped|Received |[a-z]+ E[A-Z]+)/.test(message);

const ofFunction = ({ kind, reason, message }: DomainError): DomainError =>
  new DomainError({ kind, reason: foreignName(reason, 'RotationFunctionError'), message: foreignText(message) });
