import { readFileSync } from 'node:fs';
import { httpsCall } from './gateway-load';
import { closedLoop } from './load';
import { number, table } from './report';

export interface AgainstOptions {
  /** `https://host:port/path`. */
  url: string;
  /** A file, so that no token is in the arguments of a process: JSON with `method`, `headers` and `body`; all optional. */
  requestFile?: string;
  /** PEM. */
  caFile?: string;
  /** Of each number in flight. Default 10. */
  seconds?: number;
}

const LEVELS = [1, 8, 64, 256];
const WARM_UP_SECONDS = 2;

/** Drives any HTTPS server with the load with which aws-gateway is measured, so that others can be put beside it. */
export const runAgainst = async ({ url, requestFile, caFile, seconds = 10 }: AgainstOptions): Promise<void> => {
  const { protocol, hostname, port, pathname, search } = new URL(url);
  if (protocol !== 'https:') throw new Error(`--against takes an https URL, not ${url}`);
  const { method = 'GET', headers = {}, body = '' } = requestFile === undefined ? {} : readRequest(requestFile);
  const all = { 'content-length': String(Buffer.byteLength(body)), ...headers };
  const caller = httpsCall({
    host: hostname,
    port: Number(port || 443),
    path: pathname + search,
    method,
    ca: caFile === undefined ? undefined : readFileSync(caFile),
    headers: () => Promise.resolve(all),
    body,
  });
  const rows = [];
  try {
    await closedLoop(caller.call, LEVELS[0]!, WARM_UP_SECONDS);
    for (const inFlight of LEVELS) {
      const { calls, seconds: took, p50, p99, failures } = await closedLoop(caller.call, inFlight, seconds);
      const failed = [...failures].map(([what, count]) => `${count} × ${what}`).join('; ');
      rows.push([String(inFlight), number(calls / took, 0), number(p50), number(p99), failed || 'none']);
    }
  } finally {
    caller.close();
  }
  console.log(table([['in flight', 'calls/s', 'p50 ms', 'p99 ms', 'failures'], ...rows]));
};

interface RequestInFile {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

const readRequest = (file: string): RequestInFile => JSON.parse(readFileSync(file, 'utf8')) as RequestInFile;
