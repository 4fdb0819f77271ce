import {
  RotationFunctionServiceClient,
  RotationStep as StepMessage,
} from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { DomainError, isDomainError } from '@strongroom/errors';
import { callUnary, connect, type TlsFiles } from '@strongroom/grpc-kit';
import { readFileSync } from 'node:fs';
import type { GrpcImplementation } from '../domain/custom-function';
import type { StepInvoker } from '../domain/custom-rotation';
import { foreignName, foreignText } from '../domain/foreign-text';
import type { RotationStep, StepCall } from '../domain/rotation-function.port';

const MAX_CONNECTIONS = 200;

const stepMessages: Record<RotationStep, StepMessage> = {
  createSecret: StepMessage.CREATE_SECRET,
  setSecret: StepMessage.SET_SECRET,
  testSecret: StepMessage.TEST_SECRET,
  finishSecret: StepMessage.FINISH_SECRET,
};

/** Calls functions that implement RotationFunctionService, over mutual TLS with this service's certificate. */
export class GrpcFunctionCaller {
  /** By what they were made of, the one used longest ago first. */
  private readonly clients = new Map<string, RotationFunctionServiceClient>();

  constructor(
    private readonly service: string,
    private readonly tls: TlsFiles,
  ) {}

  /** The function's own timeout is the call's signal. */
  invoker(implementation: GrpcImplementation, timeoutMs: number): StepInvoker {
    return {
      invoke: async (step, { secretArn, token, rotationToken, signal }: StepCall) => {
        const client = this.clientFor(implementation);
        const request = { step: stepMessages[step], secretId: secretArn, clientRequestToken: token, rotationToken };
        try {
          await callUnary(client.invokeStep.bind(client), request, { timeoutMs, signal });
        } catch (error) {
          throw isDomainError(error) ? ofFunction(error) : error;
        }
      },
    };
  }

  close(): void {
    for (const client of this.clients.values()) client.close();
    this.clients.clear();
  }

  private clientFor({ address, serverUri, caPem }: GrpcImplementation): RotationFunctionServiceClient {
    const key = JSON.stringify([address, serverUri, caPem]);
    const client = this.clients.get(key) ?? this.connect({ address, serverUri, caPem });
    this.clients.delete(key);
    this.clients.set(key, client);
    if (this.clients.size > MAX_CONNECTIONS) this.forgetOldest();
    return client;
  }

  private connect({ address, serverUri, caPem }: Omit<GrpcImplementation, 'kind'>): RotationFunctionServiceClient {
    const { caFile, certFile, keyFile } = this.tls;
    return connect(RotationFunctionServiceClient, {
      address,
      service: this.service,
      serverUri: serverUri === '' ? undefined : serverUri,
      tls: { ca: caPem === '' ? readFileSync(caFile) : caPem, certificate: readFileSync(certFile), key: readFileSync(keyFile) },
    });
  }

  private forgetOldest(): void {
    const [oldest] = this.clients;
    if (!oldest) return;
    this.clients.delete(oldest[0]);
    oldest[1].close();
  }
}

const ofFunction = ({ kind, reason, message }: DomainError): DomainError =>
  new DomainError({ kind, reason: foreignName(reason, 'RotationFunctionError'), message: foreignText(message) });
