/** What a sign-in link says behind its `#`. */
export interface SignInLink {
  token: string;
  /** How long the session lasts at most; default: as long as sessions may. */
  durationSeconds?: number;
}

let taken: SignInLink | undefined;

/**
 * The link by which the page was opened: `#token=` and perhaps `duration=` in the address. It is taken out of the address at
 * once, so that it is neither shown nor kept in the history.
 */
export function takeLink(): SignInLink | undefined {
  const { hash, pathname, search } = window.location;
  const words = new URLSearchParams(hash.slice(1));
  const [token, duration] = [words.get('token'), words.get('duration')];
  if (token) {
    taken = { token, ...(duration && { durationSeconds: Number(duration) }) };
    window.history.replaceState(window.history.state, '', pathname + search);
  }
  return taken;
}

/** Forgets the link: it works once. */
export const forgetLink = (): void => void (taken = undefined);
