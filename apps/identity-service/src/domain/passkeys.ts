import type { Clock } from '@strongroom/clock';
import { MINUTE } from '@strongroom/clock';
import { openWithRootKey, type RootKeySealer, sealWithRootKey } from '@strongroom/envelope';
import type { RandomSource } from '@strongroom/random';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { hashOfToken } from './hashing/session-secrets';
import type { Passkey } from './passkey';
import type { RelyingParty } from './relying-party';

/** Milliseconds for which a challenge is good. */
export const CHALLENGE_LASTS = 5 * MINUTE;
const MAX_JSON_LENGTH = 16_384;
/** ES256, EdDSA and RS256: what authenticators have. */
const ALGORITHMS = [-7, -8, -257];
/** Attestations that need no certificates of others: nobody asks who made the authenticator. */
const ATTESTATIONS: readonly string[] = ['none', 'packed'];
/** Loaded by who uses it: it takes an eighth of the start of a process, most of which never see a passkey. */
const webAuthn = () => import('@simplewebauthn/server');
const webAuthnHelpers = () => import('@simplewebauthn/server/helpers');
const MAX_TRANSPORTS = 8;
const TRANSPORT = /^[a-z-]{1,20}$/;

/** A challenge that was answered, to be used up in the transaction that acts on it. */
export interface Answered {
  challengeHash: Buffer;
  expireTime: Date;
}

interface Challenge extends RelyingParty {
  /** Epoch milliseconds. */
  expires: number;
}

/**
 * WebAuthn. A challenge is sealed by the root key for its use and its user, so nothing is kept until one is answered well:
 * strangers who ask for many fill nothing.
 */
export class Passkeys {
  constructor(
    private readonly rootKey: RootKeySealer,
    private readonly random: RandomSource,
    private readonly clock: Clock,
  ) {}

  /** Options for `navigator.credentials.create`, JSON. `label`: what the browser calls the user. */
  async enrolment(party: RelyingParty, userId: string, label: string, others: readonly Passkey[]): Promise<string> {
    const { generateRegistrationOptions } = await webAuthn();
    return JSON.stringify(
      await generateRegistrationOptions({
        rpName: 'Strongroom',
        rpID: party.id,
        userName: label,
        userID: bytesOf(Buffer.from(userId)),
        challenge: this.challenge(party, userId),
        timeout: CHALLENGE_LASTS,
        attestationType: 'none',
        excludeCredentials: others.map(({ credentialId, transports }) => ({
          id: credentialId.toString('base64url'),
          transports,
        })),
        // The browser must find it without being told its id: telling ids before the password is proved tells who exists.
        authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
        supportedAlgorithmIDs: ALGORITHMS,
      }),
    );
  }

  /** What a browser has made for this user; undefined if that is not good. */
  async enrolled(json: string, userId: string): Promise<(Pick<Passkey, KeptOfCredential> & Answered) | undefined> {
    const { verifyRegistrationResponse } = await webAuthn();
    const { decodeAttestationObject, isoBase64URL } = await webAuthnHelpers();
    return unlessBroken(async () => {
      const response = parsed<RegistrationResponseJSON>(json);
      const attestation = decodeAttestationObject(isoBase64URL.toBuffer(response.response.attestationObject));
      if (!ATTESTATIONS.includes(attestation.get('fmt'))) return undefined;
      if ((attestation.get('attStmt') as unknown as Map<string, unknown>).has('x5c')) return undefined;
      const challenge = challengeOf(response);
      const { origin, id, ...answered } = this.open(challenge, userId);
      const { registrationInfo } = await verifyRegistrationResponse({
        response,
        expectedChallenge: challenge,
        expectedOrigin: origin,
        expectedRPID: id,
        requireUserVerification: false,
        supportedAlgorithmIDs: ALGORITHMS,
      });
      if (!registrationInfo) return undefined;
      const { credential } = registrationInfo;
      const transports: unknown[] = Array.isArray(credential.transports) ? credential.transports : [];
      return {
        credentialId: Buffer.from(credential.id, 'base64url'),
        publicKey: Buffer.from(credential.publicKey),
        signCount: credential.counter,
        transports: transports.filter(isTransport).slice(0, MAX_TRANSPORTS),
        ...answered,
      };
    });
  }

  /** Options for `navigator.credentials.get`, JSON; the same for everybody. */
  async signIn(party: RelyingParty): Promise<string> {
    const challenge = this.challenge(party, ANYBODY);
    const timeout = CHALLENGE_LASTS;
    const { generateAuthenticationOptions } = await webAuthn();
    return JSON.stringify(
      await generateAuthenticationOptions({ rpID: party.id, challenge, timeout, userVerification: 'preferred' }),
    );
  }

  /** Which of these passkeys a browser has shown; undefined if it is none of them, or the answer is not good. */
  async shown(
    json: string,
    passkeys: readonly Passkey[],
  ): Promise<(Pick<Passkey, 'serialNumber' | 'signCount'> & Answered) | undefined> {
    if (json === '') return undefined;
    const { verifyAuthenticationResponse } = await webAuthn();
    return unlessBroken(async () => {
      const response = parsed<AuthenticationResponseJSON>(json);
      const passkey = passkeys.find(({ credentialId }) => credentialId.toString('base64url') === response.id);
      if (!passkey) return undefined;
      const challenge = challengeOf(response);
      const { origin, id, ...answered } = this.open(challenge, ANYBODY);
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response,
        expectedChallenge: challenge,
        expectedOrigin: origin,
        expectedRPID: id,
        credential: { id: response.id, publicKey: bytesOf(passkey.publicKey), counter: passkey.signCount },
        requireUserVerification: false,
      });
      return verified ? { serialNumber: passkey.serialNumber, signCount: authenticationInfo.newCounter, ...answered } : undefined;
    });
  }

  private challenge({ origin, id }: RelyingParty, userId: string) {
    const challenge: Challenge = { origin, id, expires: this.clock.millis() + CHALLENGE_LASTS };
    return bytesOf(sealWithRootKey(this.rootKey, challengeBinding(userId), Buffer.from(JSON.stringify(challenge)), this.random));
  }

  /** @throws if it was not made here, for this user, within the last five minutes */
  private open(challenge: string, userId: string): RelyingParty & Answered {
    const bytes = openWithRootKey(this.rootKey, challengeBinding(userId), Buffer.from(challenge, 'base64url'));
    const { origin, id, expires } = JSON.parse(bytes.toString()) as Challenge;
    if (expires <= this.clock.millis()) throw new Error('the challenge has expired');
    return { origin, id, challengeHash: hashOfToken(challenge), expireTime: new Date(expires) };
  }
}

type KeptOfCredential = 'credentialId' | 'publicKey' | 'signCount' | 'transports';

/** Whoever signs in. No user's id is empty. */
const ANYBODY = '';

const challengeBinding = (userId: string) => ({ purpose: 'passkey-challenge', context: { userId } });

const isTransport = (text: unknown): text is string => typeof text === 'string' && TRANSPORT.test(text);

/** A copy: the library wants an array with a buffer of its own. */
const bytesOf = (buffer: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(buffer);

/** Shapes are the library's business, which checks them. */
function parsed<Response>(json: string): Response {
  if (json.length > MAX_JSON_LENGTH) throw new Error('the answer is too long');
  return JSON.parse(json) as Response;
}

const challengeOf = ({ response }: { response: { clientDataJSON: string } }): string =>
  (JSON.parse(Buffer.from(response.clientDataJSON, 'base64url').toString()) as { challenge: string }).challenge;

/** What is wrong with an answer is nobody's business: the library says it by an exception. */
async function unlessBroken<Result>(work: () => Promise<Result | undefined>): Promise<Result | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}
