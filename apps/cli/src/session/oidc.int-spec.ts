import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AuthorizationServer, temporaryDirectory } from '@strongroom/testing';
import { decodeJwt } from 'jose';
import { type Guide, refreshedIdToken, signInByBrowser, signInByDevice } from './oidc';

jest.setTimeout(60_000);

const directory = temporaryDirectory('oidc');
let server: AuthorizationServer;
let of: { issuer: string; clientId: string };

/** The rest of the program loads this library where it needs it, and so does this suite. */
const freePort = async (): Promise<number> => (await import('@strongroom/local-cluster')).findFreePorts(1);

beforeAll(async () => {
  server = new AuthorizationServer({
    directory: directory.path,
    port: await freePort(),
    rotate: true,
    introspection: false,
  });
  await server.start();
  of = { issuer: server.issuer, clientId: 'app-cli' };
});
afterAll(async () => {
  await server?.stop();
  directory.remove();
});

/** A person at a browser; what a page says at last. */
const browse = async (...args: string[]) => {
  const browser = join(__dirname, '../../../../libs/testing/fixtures/browser.mjs');
  return (await promisify(execFile)(process.execPath, [browser, ...args])).stdout;
};

const guide = (visit: (address: string) => void, say: (text: string) => void = () => undefined, signal?: AbortSignal): Guide => ({
  visit,
  say,
  signal: signal ?? new AbortController().signal,
});

it('signs a person in by browser, and renews the token without the person', async () => {
  let page: Promise<string> | undefined;
  const { idToken, refreshToken } = await signInByBrowser(
    of,
    guide((address) => void (page = browse(address))),
  );
  expect(decodeJwt(idToken)).toMatchObject({ iss: server.issuer, sub: 'ada', aud: 'app-cli' });
  expect(await page).toContain('You can close this window');
  const renewed = await refreshedIdToken(of, refreshToken!);
  expect(decodeJwt(renewed.idToken)).toMatchObject({ sub: 'ada', aud: 'app-cli' });
  expect(renewed.refreshToken).not.toBe(refreshToken);
  await expect(refreshedIdToken(of, refreshToken!)).rejects.toThrow();
});

it('signs a person in by a code on another device', async () => {
  const say = (text: string) => {
    const [, address, code] = /Open (\S+) and enter the code (\S+)/.exec(text)!;
    void browse(address!, code!);
  };
  const asked: number[] = [];
  const pause = async (milliseconds: number) => {
    asked.push(milliseconds);
    await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const person = { ...guide(() => undefined, say), pause };
  expect(decodeJwt((await signInByDevice(of, person)).idToken)).toMatchObject({ sub: 'ada' });
  // It was still open when it was asked for first.
  expect(asked.length).toBeGreaterThan(1);
  expect(new Set(asked)).toEqual(new Set([5_000]));
});

it('believes no answer that it has not asked for', async () => {
  const visit = (address: string) => {
    const back = new URL(new URL(address).searchParams.get('redirect_uri')!);
    back.search = new URLSearchParams({ code: 'x', state: 'of another', iss: server.issuer }).toString();
    void fetch(back);
  };
  await expect(signInByBrowser(of, guide(visit))).rejects.toMatchObject({
    exitCode: 4,
    message: expect.stringContaining('does not sign you in'),
  });
});

it('says what the issuer says', async () => {
  const visit = (address: string) => {
    const parameters = new URL(address).searchParams;
    const back = new URL(parameters.get('redirect_uri')!);
    back.search = new URLSearchParams({ error: 'access_denied', state: parameters.get('state')!, iss: server.issuer }).toString();
    void fetch(back);
  };
  await expect(signInByBrowser(of, guide(visit))).rejects.toThrow(`${server.issuer} does not sign you in (access_denied).`);
});

it('ends when the person does', async () => {
  const controller = new AbortController();
  const waiting = signInByBrowser(
    of,
    guide(() => controller.abort(), undefined, controller.signal),
  );
  await expect(waiting).rejects.toMatchObject({ exitCode: 130 });
});

it('says what is no issuer', async () => {
  const nowhere = { issuer: `http://localhost:${await freePort()}`, clientId: 'app-cli' };
  await expect(
    signInByBrowser(
      nowhere,
      guide(() => undefined),
    ),
  ).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringContaining('does not answer as an OpenID Connect issuer'),
  });
});
