import { type RequestOptions, request } from 'node:http';
import type { Environment } from '@strongroom/config';
import { readConfig } from '../config';
import type { ListenAddress } from '../http/listen-address';

const PATIENCE_MS = 5_000;

/** Asks the agent that runs with this environment for its health, as containers do. @throws Error if it does not answer */
export function ping(env: Environment): Promise<void> {
  const at = placeOf(readConfig(env).address);
  return new Promise((resolve, reject) => {
    const sent = request({ ...at, path: '/ping', timeout: PATIENCE_MS, agent: false }, (response) => {
      response.resume();
      if (response.statusCode === 200) resolve();
      else reject(new Error(`the agent answers ${response.statusCode}`));
    });
    sent.once('timeout', () => sent.destroy(new Error('the agent does not answer')));
    sent.once('error', reject);
    sent.end();
  });
}

const ANY: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

function placeOf(address: ListenAddress): RequestOptions {
  if (address.kind === 'unix') return { socketPath: address.path };
  return { host: ANY.has(address.host) ? 'localhost' : address.host, port: address.port };
}
