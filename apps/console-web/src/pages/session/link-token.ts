let taken: string | undefined;

/**
 * The token of a sign-in link, from `#token=` in the address. It is taken out of the address at once, so that it is neither shown nor
 * kept in the history.
 */
export function takeLinkToken(): string | undefined {
  const { hash, pathname, search } = window.location;
  const token = new URLSearchParams(hash.slice(1)).get('token');
  if (token) {
    taken = token;
    window.history.replaceState(window.history.state, '', pathname + search);
  }
  return taken;
}

/** Forgets the token: it works once. */
export const forgetLinkToken = (): void => void (taken = undefined);
