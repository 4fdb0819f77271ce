import { HTTP } from '@strongroom/bounds';
import { randomUuid, type RandomSource } from '@strongroom/random';
import type { Clock } from '@strongroom/clock';
import { isDomainError } from '@strongroom/errors';
import { inEntrySpan, isTracing } from '@strongroom/tracing';
import { AwsError } from '../aws-error';
import { headerOf, type WireHead, type WireRequest } from '../http/request';
import { type Fields, fromFields, toFields } from '../model/message';
import type { Structure } from '../model/shapes';
import { problemsOf, refusedMember } from '../model/validation';
import type { Asked, Protocol, Question } from '../protocols/protocol';
import { protocols } from '../protocols/protocols';
import { UnknownOperation } from '../protocols/unknown-operation';
import type { Authorization } from '../signature/signed-request';
import type { SigningKey } from '../signature/signing-keys.port';
import { type Audience, requireService, type SignatureVerifier } from '../signature/verifier';
import type { Answered } from './answered';
import type { Backend, CallOptions } from './backend';
import { toAwsError } from './errors';
import type { LinkAnswerer } from './link-answerer';
import { linkOf } from './links';
import { type AwsService, services } from './services';
import { ClientGone, type Visit } from './visit';

/** The time from the last byte of a request to its answer; milliseconds. */
const TIMEOUT = 30_000;
const MAX_USER_AGENT = 256;

export interface GatewayOptions {
  verifier: SignatureVerifier;
  backend: Pick<Backend, 'call' | 'refuse'>;
  clock: Clock;
  random: RandomSource;
  /** Answers those who have a message of a topic, but no credential. */
  links: Pick<LinkAnswerer, 'answer'>;
}

/**
 * Answers requests of AWS clients: finds out who sent each one, what it asks for, and which call that is. It has no rules about
 * who may do what; the services decide that.
 */
export class Gateway {
  constructor(private readonly options: GatewayOptions) {}

  /** Never rejects. Undefined if the client has gone. */
  async answer(visit: Visit): Promise<Answered | undefined> {
    const requestId = randomUuid(this.options.random);
    const arrived = Date.now();
    const link = linkOf(visit.head);
    if (link !== undefined) return this.options.links.answer(visit, link, requestId);
    const protocol = protocols.find((one) => one.speaks(visit.head))!;
    let asked: Asked | undefined;
    try {
      asked = announcedBy(visit.head, protocol);
      const signer = await this.signerOf(visit, asked);
      const body = await visit.readBody(signer === undefined ? unsignedBodyOf(protocol) : HTTP.bodyBytes);
      const request: WireRequest = { ...visit.head, body };
      const question = protocol.read(request, asked);
      asked = question;
      this.authenticate(request, question, signer);
      visit.begin(signer?.key.accountId);
      const credentialId = signer?.key.credentialId ?? '';
      const value = await inRequestSpan(visit.head, question, requestId, arrived, () =>
        this.perform(request, question, credentialId, requestId),
      );
      return { response: protocol.succeed(question, value, requestId), requestId, ...namesOf(question), code: 'OK' };
    } catch (error) {
      if (error instanceof ClientGone) return undefined;
      const told = toAwsError(error, protocol.kind, asked?.service);
      const response = protocol.fail(told, asked?.service, requestId);
      const failure = told.status >= 500 ? error : undefined;
      return { response, requestId, ...namesOf(asked, error), code: told.code, failure };
    }
  }

  /** Who claims to have signed the request and could have, before a byte of the body is read. Undefined if nobody does. */
  private async signerOf(visit: Visit, asked: Asked | undefined): Promise<Signer | undefined> {
    const { verifier, clock } = this.options;
    const claim = verifier.claim(visit.head, (scope) =>
      audienceOf(asked?.service ?? services.find(({ signingName }) => signingName === scope.service)),
    );
    if (claim === undefined) return undefined;
    const key = await verifier.keyOf(claim, visit.head.address, clock.millis() + TIMEOUT);
    visit.claims(key.credentialId);
    return { claim, key };
  }

  private authenticate(request: WireRequest, { service, operation }: Asked, signer: Signer | undefined): void {
    if (signer === undefined) {
      if (!operation.isUnsigned) throw missingToken();
      return;
    }
    requireService(signer.claim.scope, service.signingName);
    this.options.verifier.verify(signer.claim, signer.key, request);
  }

  private async perform(request: WireRequest, question: Question, credentialId: string, requestId: string): Promise<Structure> {
    const { operation } = question;
    const options = {
      deadline: this.options.clock.millis() + TIMEOUT,
      requestId,
      // Without a name if the content of the request proves its caller.
      onBehalfOf: { ...originOf(request), credentialId, requestId },
    };
    let fields: Fields;
    try {
      fields = fieldsOf(question);
    } catch (error) {
      if (credentialId === '' || !(error instanceof AwsError)) throw error;
      return this.refuse(question, error, options);
    }
    const { target, method } = operation;
    const message = await this.options.backend.call(target, method, operation.toRequest?.(fields) ?? fields, options);
    return fromFields(operation.output, operation.fromResponse?.(message, fields) ?? message);
  }

  /**
   * Refuses the request of a known caller. The service that the request was meant for writes the event.
   * @throws AwsError the error that it is given; DomainError if the event could not be written
   */
  private async refuse({ service, operation }: Asked, error: AwsError, options: CallOptions): Promise<never> {
    const { code: reason, message } = toAwsError(error, service.protocol, service);
    await this.options.backend
      .refuse(operation.target, operation.method, { reason, message }, options)
      .catch((outcome: unknown) => {
        if (!isDomainError(outcome) || outcome.reason !== reason) throw outcome;
      });
    throw error;
  }
}

/**
 * Runs `work` in the span of a request that has proved its sender; the span begins at the request's arrival. Strangers cannot
 * create spans.
 */
function inRequestSpan<T>(
  head: WireHead,
  question: Question,
  requestId: string,
  startedAt: number,
  work: () => Promise<T>,
): Promise<T> {
  if (!isTracing()) return work();
  const { method } = namesOf(question);
  const fields = { 'rpc.system.name': 'aws-api', 'rpc.method': method, 'strongroom.request.id': requestId };
  const parent = { traceparent: headerOf(head, 'traceparent') || undefined, isTrusted: false };
  return inEntrySpan(method, { kind: 'server', fields, startedAt, ...parent }, work);
}

/**
 * Reads the request by the description of its operation.
 * @throws AwsError for a request that does not fit it
 */
function fieldsOf(question: Question): Fields {
  const { service, operation } = question;
  const value = question.input();
  const problems = problemsOf(operation.input, value);
  if (problems !== undefined) throw new AwsError('ValidationException', problems);
  const refused = refusedMember(operation.input, value);
  if (refused !== undefined) throw new AwsError(service.unsupported, `${refused} is not supported with this value.`);
  const broken = operation.check?.(value);
  if (broken !== undefined) throw broken;
  return toFields(operation.input, value);
}

interface Signer {
  claim: Authorization;
  key: SigningKey;
}

const missingToken = (): AwsError => new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token');

function announcedBy(head: WireHead, protocol: Protocol): Asked | undefined {
  if (head.problem !== undefined) throw new AwsError('IncompleteSignatureException', head.problem);
  return protocol.announced(head);
}

function unsignedBodyOf({ unsignedBody }: Protocol): number {
  if (unsignedBody === 0) throw missingToken();
  return unsignedBody;
}

const audienceOf = (service: AwsService | undefined): Audience | undefined =>
  service && { service: service.signingName, isGlobal: service.isGlobal };

const UNKNOWN = 'unknown';

function namesOf(asked: Asked | undefined, error?: unknown): Pick<Answered, 'method' | 'asked'> {
  if (asked === undefined) {
    return { method: UNKNOWN, asked: (error instanceof UnknownOperation ? error.asked : undefined) ?? UNKNOWN };
  }
  const method = `${asked.service.signingName}.${asked.name}`;
  return { method, asked: method };
}

const originOf = (request: WireRequest) => ({
  sourceIp: request.address,
  userAgent: headerOf(request, 'user-agent').slice(0, MAX_USER_AGENT),
  insecureTransport: !request.secure,
});
