import { isSessionId } from '../domain/hashing/session-id';

/** Of an attempt to sign in at a provider: the browser comes back from another site with it. */
const ATTEMPT = '__Host-strongroom-attempt';
const ATTEMPT_ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Lax';
/** `__Host-`: browsers take it over TLS from this very host alone, for all paths, so no neighbour can set another one. */
const NAME = '__Host-strongroom';
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Strict';

/** The session's id in a Cookie header; undefined if there is none, or more than one. */
export const sessionIdOf = (header: string | undefined): string | undefined => idIn(header, NAME);

/** The same of an attempt to sign in. */
export const attemptIdOf = (header: string | undefined): string | undefined => idIn(header, ATTEMPT);

function idIn(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  const [id, ...others] = values;
  return id !== undefined && others.length === 0 && isSessionId(id) ? id : undefined;
}

/** The Set-Cookie header that gives a browser its session; it forgets it when it is closed. */
export const sessionCookie = (id: string): string => `${NAME}=${id}; ${ATTRIBUTES}`;

/** The Set-Cookie header that takes it away. */
export const NO_SESSION_COOKIE = `${NAME}=; ${ATTRIBUTES}; Max-Age=0`;

export const attemptCookie = (id: string, milliseconds: number): string =>
  `${ATTEMPT}=${id}; ${ATTEMPT_ATTRIBUTES}; Max-Age=${milliseconds / 1_000}`;
export const NO_ATTEMPT_COOKIE = `${ATTEMPT}=; ${ATTEMPT_ATTRIBUTES}; Max-Age=0`;
