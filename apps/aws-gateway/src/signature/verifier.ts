import { networkOf } from '@strongroom/bounds';
import { MINUTE, SECOND, type Clock } from '@strongroom/clock';
import { AwsError } from '../aws-error';
import { headerOf, type WireHead, type WireRequest } from '../http/request';
import { type CredentialScope, signatureOf } from './canonical-request';
import { equalDigests, sha256Hex } from './hashing/digests';
import { type Authorization, readAuthorization } from './signed-request';
import type { SigningKey, SigningKeys } from './signing-keys.port';

/** The most by which a client's clock may differ. */
const SKEW = 5 * MINUTE;

export interface VerifierOptions {
  region: string;
  clock: Clock;
  signingKeys: SigningKeys;
}

/** The regions for which clients may sign requests to global services. AWS's Java SDK uses aws-global. */
const GLOBAL_REGIONS: ReadonlySet<string> = new Set(['us-east-1', 'aws-global']);

/** The service that the credential scope of a request must name. */
export interface Audience {
  service: string;
  /** Requests to global services are signed for us-east-1 or aws-global, wherever they are. */
  isGlobal: boolean;
}

const mismatch = (message: string): AwsError => new AwsError('InvalidSignatureException', message);

/** Finds out who has signed a request (AWS Signature Version 4), first by its headers and last by its body. */
export class SignatureVerifier {
  constructor(private readonly options: VerifierOptions) {}

  /**
   * Reads who claims to have signed the request, and judges everything that needs neither the key nor the body.
   * @param audienceOf the service that a scope names; undefined if this gateway does not offer it
   * @returns undefined if nobody has signed it
   * @throws AwsError with the names of AWS's JSON services, like the other methods
   */
  claim(head: WireHead, audienceOf: (scope: CredentialScope) => Audience | undefined): Authorization | undefined {
    const authorization = readAuthorization(head);
    if (authorization === undefined) return undefined;
    requireSignedHeaders(head, authorization);
    this.requireScope(authorization, audienceOf(authorization.scope));
    this.requireTime(authorization);
    return authorization;
  }

  /**
   * The key with which the request claims to be signed.
   * @param address of the client
   * @param deadline epoch milliseconds
   */
  async keyOf({ accessKeyId, sessionToken, scope }: Authorization, address: string, deadline: number): Promise<SigningKey> {
    const found = await this.options.signingKeys.find({ accessKeyId, sessionToken, scope }, networkOf(address), deadline);
    if (found === 'expired') {
      throw new AwsError('ExpiredTokenException', 'The security token included in the request is expired');
    }
    if (found === undefined) {
      throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.');
    }
    return found;
  }

  /** Whether the claim is true, once the body has arrived. */
  verify(authorization: Authorization, { key }: SigningKey, request: WireRequest): void {
    const payloadHash = payloadHashOf(request);
    const expected = signatureOf(key, { ...authorization, request, payloadHash });
    if (!equalDigests(expected, authorization.signature)) {
      throw mismatch(
        'The request signature we calculated does not match the signature you provided. ' +
          'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
      );
    }
  }

  private requireScope({ scope, timestamp }: Authorization, audience: Audience | undefined): void {
    const { region } = this.options;
    if (audience === undefined) throw mismatch('Credential should be scoped to correct service.');
    requireService(scope, audience.service);
    if (scope.region !== region && !(audience.isGlobal && GLOBAL_REGIONS.has(scope.region))) {
      throw mismatch(`Credential should be scoped to a valid region: '${region}'.`);
    }
    if (scope.date !== timestamp.slice(0, 8)) {
      throw mismatch(
        'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: ' +
          `'${scope.date}' != '${timestamp.slice(0, 8)}'.`,
      );
    }
  }

  private requireTime({ timestamp, expires }: Authorization): void {
    const now = this.options.clock.millis();
    const signedAt = instantOf(timestamp);
    if (Number.isNaN(signedAt)) throw new AwsError('IncompleteSignatureException', 'Date must be a date that exists.');
    if (signedAt > now + SKEW) {
      throw mismatch(
        `Signature not yet current: ${timestamp} is still later than ${compact(now + SKEW)} (${compact(now)} + 5 min.)`,
      );
    }
    if (expires !== undefined) {
      if (now > signedAt + expires * SECOND) throw new AwsError('RequestExpired', 'Request has expired.');
    } else if (signedAt < now - SKEW) {
      throw mismatch(`Signature expired: ${timestamp} is now earlier than ${compact(now - SKEW)} (${compact(now)} - 5 min.)`);
    }
  }
}

/** @throws AwsError for a request that was signed for another service */
export function requireService(scope: CredentialScope, service: string): void {
  if (scope.service !== service) throw mismatch(`Credential should be scoped to correct service: '${service}'.`);
}

/** Whatever decides the meaning of a request must be signed. */
function requireSignedHeaders(request: WireHead, { signedHeaders }: Authorization): void {
  const isSigned = new Set(signedHeaders);
  if (!isSigned.has('host')) {
    throw mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  const missing = signedHeaders.find((name) => request.headers[name] === undefined);
  if (missing !== undefined) throw mismatch(`The signed header '${missing}' is not in the request.`);
  const unsigned = Object.keys(request.headers).find((name) => name.startsWith('x-amz-') && !isSigned.has(name));
  if (unsigned !== undefined) throw mismatch(`'${unsigned}' must be a 'SignedHeader' in the AWS Authorization.`);
}

/** Always computed from the body itself: an unsigned body could be anybody's. */
function payloadHashOf(request: WireRequest): string {
  const hash = sha256Hex(request.body);
  const claimed = headerOf(request, 'x-amz-content-sha256');
  if (claimed !== '' && claimed !== hash) {
    throw mismatch("'x-amz-content-sha256' must be the SHA-256 of the body; UNSIGNED-PAYLOAD is not supported.");
  }
  return hash;
}

const compact = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(/[-:]|\.\d{3}/g, '');

/** Of a timestamp of the right form. */
const instantOf = (text: string): number =>
  Date.parse(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 11)}:${text.slice(11, 13)}:${text.slice(13)}`);
