import { isSessionId } from '../domain/hashing/session-id';

/** `__Host-`: browsers take it over TLS from this very host alone, for all paths, so no neighbour can set another one. */
const NAME = '__Host-strongroom';
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Strict';

/** The session's id in a Cookie header; undefined if there is none, or more than one. */
export function sessionIdOf(header: string | undefined): string | undefined {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${NAME}=`))
    .map((pair) => pair.slice(NAME.length + 1));
  const [id, ...others] = values;
  return id !== undefined && others.length === 0 && isSessionId(id) ? id : undefined;
}

/** The Set-Cookie header that gives a browser its session; it forgets it when it is closed. */
export const sessionCookie = (id: string): string => `${NAME}=${id}; ${ATTRIBUTES}`;

/** The Set-Cookie header that takes it away. */
export const NO_SESSION_COOKIE = `${NAME}=; ${ATTRIBUTES}; Max-Age=0`;
