import { client } from '../../app/api';

/**
 * Lets the person show a passkey to the browser.
 * @returns AuthenticationResponseJSON; undefined if the person has closed the browser's window
 */
export async function showPasskey(): Promise<string | undefined> {
  const { optionsJson } = await client.session.beginPasskey.mutate();
  const { startAuthentication, WebAuthnError } = await import('@simplewebauthn/browser');
  try {
    return JSON.stringify(await startAuthentication({ optionsJSON: JSON.parse(optionsJson) as never }));
  } catch (error) {
    if (error instanceof WebAuthnError && error.name === 'NotAllowedError') return undefined;
    throw error;
  }
}
