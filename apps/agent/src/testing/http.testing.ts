import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

type Place = { port: number } | { socketPath: string };

/** One request on a connection of its own. */
export const ask = (
  at: Place,
  path: string,
  { headers = {}, method = 'GET', body }: { headers?: Record<string, string | string[]>; method?: string; body?: string } = {},
): Promise<HttpAnswer> =>
  new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', ...at, path, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: text }));
      response.once('error', reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });

/** What the server sends until it closes the connection, as an answer to exactly these bytes. */
export const exchange = (port: number, bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
    socket.once('error', reject);
    socket.once('close', () => resolve(text));
  });

/** The status lines of all answers in it. */
export const statusesIn = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
