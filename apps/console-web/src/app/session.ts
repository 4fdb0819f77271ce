import { useSuspenseQuery } from '@tanstack/react-query';
import type { Person } from '@strongroom/console-api';
import { api, client, onSignedOut } from './api';
import { queryClient } from './query-client';

const whoAmI = () => api.session.whoAmI.queryOptions(undefined, { staleTime: Infinity, gcTime: Infinity });

/** Who is signed in; null: nobody. Asks the service once. */
export const knownPerson = (): Promise<Person | null> => queryClient.ensureQueryData(whoAmI());

/** Asks the service again who is signed in. */
export async function refreshPerson(): Promise<Person | null> {
  const person = await client.session.whoAmI.query();
  queryClient.setQueryData(whoAmI().queryKey, person);
  return person;
}

/** Starts a session on the page: nothing that was learned before remains. */
export function beginSession(person: Person): void {
  queryClient.clear();
  queryClient.setQueryData(whoAmI().queryKey, person);
}

/** Who is signed in; for pages in the shell, which only such people see. */
export function usePerson(): Person {
  const { data } = useSuspenseQuery(whoAmI());
  if (!data) throw new Error('nobody is signed in');
  return data;
}

/** Tells the other windows of this browser that the session has ended. */
const channel = new BroadcastChannel('strongroom-session');

/**
 * Leaves the page for the one that signs in. The document is loaded anew, so that nothing of the session remains in memory.
 * @param reason `ended`: the page says so, and goes back to where the person was
 */
export function leave(reason: 'ended' | 'signed-out', isTold = false): void {
  if (window.location.pathname === '/sign-in') return;
  if (!isTold) channel.postMessage(reason);
  const { pathname, search } = window.location;
  const query = reason === 'ended' ? `?ended=true&to=${encodeURIComponent(pathname + search)}` : '';
  // Until the other page is there, this one shows nothing.
  document.body.hidden = true;
  window.location.replace(`/sign-in${query}`);
}

onSignedOut(() => leave('ended'));

channel.addEventListener('message', ({ data }) => leave(data === 'signed-out' ? 'signed-out' : 'ended', true));

// A page that the browser kept while the person was elsewhere may be of a session that is gone.
window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted) void refreshPerson().then((person) => person ?? leave('ended'));
});

/** Ends the session here and at the services. */
export async function signOut(): Promise<void> {
  try {
    await client.session.signOut.mutate();
  } finally {
    leave('signed-out');
  }
}
