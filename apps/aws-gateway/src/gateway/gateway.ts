import { randomUuid, type RandomSource } from '@strongroom/random';
import { type Clock } from '@strongroom/clock';
import { AwsError } from '../aws-error';
import { headerOf, type WireRequest, type WireResponse } from '../http/request';
import { fromFields, toFields } from '../model/message';
import { type Structure } from '../model/shapes';
import { problemsOf, refusedMember } from '../model/validation';
import { type Operation } from '../operations/operation';
import { jsonProtocol } from '../protocols/json.protocol';
import { type Protocol, protocols } from '../protocols/protocol';
import { type SignatureVerifier } from '../signature/verifier';
import { type Backend } from './backend';
import { toAwsError } from './errors';
import { type AwsService } from './services';

/** From the last byte of a request to its answer. Milliseconds. */
const TIMEOUT = 30_000;
const MAX_USER_AGENT = 256;

export interface GatewayOptions {
  verifier: SignatureVerifier;
  backend: Pick<Backend, 'call'>;
  clock: Clock;
  random: RandomSource;
}

/** What is known of a request when it has been answered. */
export interface Answered {
  response: WireResponse;
  requestId: string;
  /** `kms.Encrypt`; of an operation that there is not, `unknown`. */
  method: string;
  /** The name of the error, or `OK`. */
  code: string;
  /** The error that was not the client's fault. */
  failure?: unknown;
}

/** Answers requests of AWS clients: whose they are, what they ask, and which call that is. It has no rule of its own about who may do what. */
export class Gateway {
  constructor(private readonly options: GatewayOptions) {}

  /** Never rejects. */
  async answer(request: WireRequest): Promise<Answered> {
    const requestId = randomUuid(this.options.random);
    const protocol = protocols.find((one) => one.speaks(request))!;
    let method = 'unknown';
    let service: AwsService | undefined;
    try {
      const asked = protocol.find(request);
      ({ service } = asked);
      method = `${service.signingName}.${asked.name}`;
      const value = await this.perform(request, protocol, asked.service, asked.operation, requestId);
      const response = protocol.succeed(asked, value, requestId);
      return { response, requestId, method, code: 'OK' };
    } catch (error) {
      const told = toAwsError(error, protocol.kind, service);
      const response = protocol.fail(told, service, requestId);
      return { response, requestId, method, code: told.code, ...(told.status >= 500 ? { failure: error } : {}) };
    }
  }

  /** Answers a request that was not even read. */
  refuse(error: AwsError): Answered {
    const requestId = randomUuid(this.options.random);
    return { response: jsonProtocol.fail(error, undefined, requestId), requestId, method: 'unknown', code: error.code };
  }

  private async perform(
    request: WireRequest,
    protocol: Protocol,
    service: AwsService,
    operation: Operation,
    requestId: string,
  ): Promise<Structure> {
    const deadline = this.options.clock.millis() + TIMEOUT;
    const credentialId = operation.isUnsigned
      ? undefined
      : await this.options.verifier.verify(request, { service: service.signingName, isGlobal: service.isGlobal }, deadline);
    const value = protocol.read(operation.input, request);
    const problems = problemsOf(operation.input, value);
    if (problems !== undefined) throw new AwsError('ValidationException', problems);
    const refused = refusedMember(operation.input, value);
    if (refused !== undefined) throw new AwsError(service.unsupported, `${refused} is not supported with this value.`);
    const fields = toFields(operation.input, value);
    const message = await this.options.backend.call(operation.target, operation.method, operation.toRequest?.(fields) ?? fields, {
      deadline,
      requestId,
      // Without a name where what is in the request proves its caller.
      onBehalfOf: { ...originOf(request), credentialId: credentialId ?? '', requestId },
    });
    return fromFields(operation.output, operation.fromResponse?.(message, fields) ?? message);
  }
}

const originOf = (request: WireRequest) => ({
  sourceIp: request.address,
  userAgent: headerOf(request, 'user-agent').slice(0, MAX_USER_AGENT),
  insecureTransport: !request.secure,
});
