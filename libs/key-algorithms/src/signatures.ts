import { systemRandom, type RandomSource } from '@strongroom/random';
import { signCurveDigest, verifyCurveDigest } from './ecdsa-digest';
import { signEd25519ph, verifyEd25519ph } from './ed25519ph';
import { invalidSignature, validationFailed } from './key-errors';
import {
  modulusBytes,
  requireAlgorithm,
  requireSupported,
  type KeySpec,
  type MessageType,
  type SigningAlgorithm,
} from './key-specs';
import { requireMessage } from './message';
import { signMlDsa, verifyMlDsa } from './ml-dsa';
import { signMessage, verifyMessage } from './openssl-signatures';
import type { PrivateKey } from './private-key';
import type { PublicKey } from './public-key';
import { signRsaDigest, verifyRsaDigest } from './rsa-digest';
import { LONG_DIGEST_BYTES, SIGNING_SCHEMES, type Scheme } from './signing-schemes';

export interface SignRequest {
  algorithm: SigningAlgorithm;
  /** Default RAW. */
  messageType?: MessageType | undefined;
  /** RAW: up to `MAX_MESSAGE_BYTES`. DIGEST: as many bytes as the algorithm's hash has. EXTERNAL_MU: 64 bytes. */
  message: Uint8Array;
}

/**
 * Signs as KMS does: PSS with a salt as long as the hash; ECDSA as DER, with s as it comes, low or high; ML-DSA hedged, with an
 * empty context. A RAW message is signed in libuv's threads, by RSA and elliptic curves. The rest holds the event loop up:
 * README.md says for how long.
 *
 * @throws DomainError InvalidKeyUsageException, ValidationException
 */
export async function sign(key: PrivateKey, request: SignRequest, random: RandomSource = systemRandom): Promise<Buffer> {
  const { message } = request;
  const scheme = requireScheme(key.spec, request);
  const isDigest = request.messageType === 'DIGEST';
  switch (scheme.name) {
    case 'pkcs1':
    case 'pss':
      return isDigest ? signRsaDigest(key, scheme, message, random) : signMessage(key.keyObject(), scheme, message);
    case 'ecdsa':
      return isDigest ? signCurveDigest(key, message, random) : signMessage(key.keyObject(), scheme, message);
    case 'ed25519':
      return signMessage(key.keyObject(), scheme, message);
    case 'ed25519ph':
      return signEd25519ph(key, message);
    case 'ml-dsa':
      return signMlDsa(key, message, request.messageType === 'EXTERNAL_MU', random);
  }
}

/** @throws DomainError KMSInvalidSignatureException; InvalidKeyUsageException and ValidationException as for `sign` */
export async function verify(key: PublicKey, request: SignRequest, signature: Uint8Array): Promise<void> {
  if (!(await isValid(key, request, signature))) throw invalidSignature();
}

async function isValid(key: PublicKey, request: SignRequest, signature: Uint8Array): Promise<boolean> {
  const { message } = request;
  const scheme = requireScheme(key.spec, request);
  const isDigest = request.messageType === 'DIGEST';
  switch (scheme.name) {
    case 'pkcs1':
    case 'pss':
      // OpenSSL reads fewer bytes as a number with zeros before it; RFC 8017, 8.1.2 does not.
      if (signature.length !== modulusBytes(key.spec)) return false;
      if (isDigest) return verifyRsaDigest(key, scheme, message, signature);
      return verifyMessage(key.keyObject(), scheme, message, signature);
    case 'ecdsa':
      if (isDigest) return verifyCurveDigest(key, message, signature);
      return verifyMessage(key.keyObject(), scheme, message, signature);
    case 'ed25519':
      return verifyMessage(key.keyObject(), scheme, message, signature);
    case 'ed25519ph':
      return verifyEd25519ph(key, message, signature);
    case 'ml-dsa':
      return verifyMlDsa(key, message, request.messageType === 'EXTERNAL_MU', signature);
  }
}

function requireScheme(spec: KeySpec, { algorithm, messageType = 'RAW', message }: SignRequest): Scheme {
  requireSupported(spec);
  requireAlgorithm(spec, 'SIGN_VERIFY', algorithm);
  const scheme = SIGNING_SCHEMES[algorithm as keyof typeof SIGNING_SCHEMES];
  if (!scheme.messageTypes.includes(messageType)) {
    const subject = scheme.name.startsWith('ed25519') ? `algorithm ${algorithm}` : `key spec ${spec}`;
    throw validationFailed(`Message type ${messageType} is incompatible with ${subject}.`);
  }
  if (messageType === 'RAW') requireMessage(message);
  else if (message.length !== (scheme.hash?.bytes ?? LONG_DIGEST_BYTES)) {
    const what = messageType === 'DIGEST' ? 'Digest' : 'External Mu';
    throw validationFailed(`${what} is invalid length for algorithm ${algorithm}.`);
  }
  return scheme;
}
