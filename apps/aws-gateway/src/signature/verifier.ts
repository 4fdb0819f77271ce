import { networkOf } from '@strongroom/bounds';
import { MINUTE, SECOND, type Clock } from '@strongroom/clock';
import { AwsError } from '../aws-error';
import { headerOf, type WireHead, type WireRequest } from '../http/request';
import { type CredentialScope, signatureOf } from './canonical-request';
import { equalDigests, sha256Hex } from './hashing/digests';
import { type Authorization, readAuthorization } from './signed-request';
import type { SigningKey, SigningKeys } from './signing-keys.port';

/** How far a client's clock may be off. */
const SKEW = 5 * MINUTE;

export interface VerifierOptions {
  region: string;
  clock: Clock;
  signingKeys: SigningKeys;
}

/** Where clients sign for, of services that are the same everywhere: AWS's Java SDK calls it aws-global. */
const GLOBAL_REGIONS: ReadonlySet<string> = new Set(['us-east-1', 'aws-global']);

/** Which service a request is for, as its credential scope must say. */
export interface Audience {
  service: string;
  /** Global services are signed for us-east-1 or aws-global wherever they are. */
  isGlobal: boolean;
}

const mismatch = (message: string): AwsError => new AwsError('InvalidSignatureException', message);

/** Finds out who has signed a request (AWS Signature Version 4), by what its head says first and its body last. */
export class SignatureVerifier {
  constructor(private readonly options: VerifierOptions) {}

  /**
   * Whose request it says it is: all that can be judged without the key and without the body has been.
   *
   * @param audienceOf of what a scope names; undefined: of nothing that this gateway speaks for
   * @returns undefined when nobody has signed it
   * @throws AwsError by the names that AWS's JSON services have for it, as the others do
   */
  claim(head: WireHead, audienceOf: (scope: CredentialScope) => Audience | undefined): Authorization | undefined {
    const authorization = readAuthorization(head);
    if (authorization === undefined) return undefined;
    requireSignedHeaders(head, authorization);
    this.requireScope(authorization, audienceOf(authorization.scope));
    this.requireTime(authorization);
    return authorization;
  }

  /** The key that the request says it is signed with. @param address of the client @param deadline epoch milliseconds */
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

  /** Whether the claim is true, now that the body is there. */
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

/** @throws AwsError for what was signed for another service than the one it is sent to */
export function requireService(scope: CredentialScope, service: string): void {
  if (scope.service !== service) throw mismatch(`Credential should be scoped to correct service: '${service}'.`);
}

/** What decides about the meaning of a request must not be changeable on its way. */
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

/** Always of the body that came: one that nobody signed could be anybody's. */
function payloadHashOf(request: WireRequest): string {
  const hash = sha256Hex(request.body);
  const claimed = headerOf(request, 'x-amz-content-sha256');
  if (claimed !== '' && claimed !== hash) {
    throw mismatch("'x-amz-content-sha256' must be the SHA-256 of the body; UNSIGNED-PAYLOAD is not supported.");
  }
  return hash;
}

const compact = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(/[-:]|\.\d{3}/g, '');

const instantOf = (timestamp: string): number =>
  Date.parse(timestamp.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
