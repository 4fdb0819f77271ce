import { validationError } from './iam-errors';

/** The site that passkeys are for. */
export interface RelyingParty {
  origin: string;
  /** A domain: the host of the origin, or one above it. */
  id: string;
}

const MAX_ORIGIN_LENGTH = 300;

/** @throws ValidationError */
export function checkRelyingParty(party: RelyingParty | undefined): RelyingParty {
  const origin = party?.origin ?? '';
  const url = origin.length <= MAX_ORIGIN_LENGTH && URL.canParse(origin) ? new URL(origin) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && url.hostname === 'localhost');
  if (!url || !isSafe || url.origin !== origin) {
    throw validationError('relying_party.origin must be the origin of a site, such as https://console.example.org.');
  }
  const id = party?.id || url.hostname;
  if (url.hostname !== id && !url.hostname.endsWith(`.${id}`)) {
    throw validationError('relying_party.id must be the host of the origin or a domain above it.');
  }
  return { origin, id };
}
