import { MINUTE, SECOND, type Clock } from '@strongroom/clock';
import { AwsError } from '../aws-error';
import { headerOf, type WireRequest } from '../http/request';
import { signatureOf } from './canonical-request';
import { equalDigests, sha256Hex } from './hashing/digests';
import { type Authorization, readAuthorization } from './signed-request';
import { type SigningKeys } from './signing-keys.port';

/** How far a client's clock may be off. */
const SKEW = 5 * MINUTE;

export interface VerifierOptions {
  region: string;
  clock: Clock;
  signingKeys: SigningKeys;
}

/** Which service a request is for, as its credential scope must say. */
export interface Audience {
  service: string;
  /** Global services are signed for us-east-1 wherever they are. */
  isGlobal: boolean;
}

const mismatch = (message: string): AwsError => new AwsError('InvalidSignatureException', message);

/** Finds out who has signed a request (AWS Signature Version 4). */
export class SignatureVerifier {
  constructor(private readonly options: VerifierOptions) {}

  /**
   * @returns the name of the credential: `key:AKIA…` or `session:ASIA…`
   * @throws AwsError by the names that AWS's JSON services have for it
   */
  async verify(request: WireRequest, audience: Audience, deadline: number): Promise<string> {
    const authorization = readAuthorization(request);
    if (authorization === undefined) throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token');
    requireSignedHeaders(request, authorization);
    this.requireScope(authorization, audience);
    this.requireTime(authorization);
    const payloadHash = payloadHashOf(request);
    const { accessKeyId, sessionToken, scope } = authorization;
    const found = await this.options.signingKeys.find({ accessKeyId, sessionToken, scope }, deadline);
    if (found === 'expired') {
      throw new AwsError('ExpiredTokenException', 'The security token included in the request is expired');
    }
    if (found === undefined) {
      throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.');
    }
    const expected = signatureOf(found.key, { ...authorization, request, payloadHash });
    if (!equalDigests(expected, authorization.signature)) {
      throw mismatch(
        'The request signature we calculated does not match the signature you provided. ' +
          'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
      );
    }
    return found.credentialId;
  }

  private requireScope({ scope, timestamp }: Authorization, { service, isGlobal }: Audience): void {
    const { region } = this.options;
    if (scope.service !== service) throw mismatch(`Credential should be scoped to correct service: '${service}'.`);
    if (scope.region !== region && !(isGlobal && scope.region === 'us-east-1')) {
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

/** What decides about the meaning of a request must not be changeable on its way. */
function requireSignedHeaders(request: WireRequest, { signedHeaders }: Authorization): void {
  if (!signedHeaders.includes('host')) {
    throw mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  const missing = signedHeaders.find((name) => request.headers[name] === undefined);
  if (missing !== undefined) throw mismatch(`The signed header '${missing}' is not in the request.`);
  const unsigned = Object.keys(request.headers).find((name) => name.startsWith('x-amz-') && !signedHeaders.includes(name));
  if (unsigned !== undefined) throw mismatch(`'${unsigned}' must be a 'SignedHeader' in the AWS Authorization.`);
}

/** Always of the body that came: one that nobody signed could be anybody's. */
function payloadHashOf(request: WireRequest): string {
  const hash = sha256Hex(request.body);
  const claimed = headerOf(request, 'x-amz-content-sha256');
  if (claimed !== '' && claimed !== hash) {
    throw mismatch("'x-amz-content-sha256' must be the SHA-256 of the body; UNSIGNED-PAYLOAD is not for this service.");
  }
  return hash;
}

const compact = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(/[-:]|\.\d{3}/g, '');

const instantOf = (timestamp: string): number =>
  Date.parse(timestamp.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
