import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CliError } from '../cli-error';
import { EXIT } from '../exit-code';

export interface Redirect {
  /** Where the issuer must send the browser. */
  uri: string;
  /** The address that the browser came with. */
  arrival: Promise<URL>;
  close(): void;
}

export interface RedirectOptions {
  signal: AbortSignal;
  /** Milliseconds. */
  patienceMs: number;
}

const PATH = '/callback';
const PAGE = 'You are signed in if the terminal says so. You can close this window.\n';

/** Listens on a port of the loopback interface for the browser that an issuer sends back. */
export const waitForRedirect = async ({ signal, patienceMs }: RedirectOptions): Promise<Redirect> => {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`;
  let stop = () => {};
  const arrival = new Promise<URL>((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), patienceMs);
    const interrupted = () => reject(new CliError('Interrupted.', { exitCode: EXIT.interrupted }));
    signal.addEventListener('abort', interrupted, { once: true });
    stop = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', interrupted);
    };
    server.on('request', (request, response) => {
      const url = new URL(request.url ?? '/', uri);
      const isIt = request.method === 'GET' && url.pathname === PATH;
      response.writeHead(isIt ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
      response.end(isIt ? PAGE : 'not here\n');
      if (isIt) resolve(url);
    });
  });
  // Whoever gives up before the browser comes does not wait for it.
  arrival.catch(() => undefined);
  return {
    uri,
    arrival,
    close() {
      stop();
      server.close();
      server.closeAllConnections();
    },
  };
};

const late = (): CliError =>
  new CliError('Nobody came back from the browser in time.', { exitCode: EXIT.refused, hint: 'Run `strongroom login` again.' });
