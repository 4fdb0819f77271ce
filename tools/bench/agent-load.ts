import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findFreePorts, type LocalCluster, type Processes } from '@strongroom/local-cluster';
import type { Call } from './load';
import { ECHO, type Measurable, type Measurement, measure, type RoundOptions } from './measure';

/** Tells the bundle, which runs by itself, that it is the echo of the agent. */
export const HTTP_ECHO = 'http-echo';

const AGENT = 'agent';
const LEVELS = [1, 8, 64, 256];

/** The yardstick of the agent: node:http and nothing else. It answers every request with as many bytes. */
export const serveHttpEcho = (port: number, length: number): void => {
  const reply = Buffer.alloc(length, 'x');
  const server = createServer({ keepAliveTimeout: 75_000 }, (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': length }).end(reply);
  });
  server.listen(port, '127.0.0.1', () => console.log('serving'));
};

/**
 * Calls over connections that stay open, one for each call in flight. It writes the same bytes each time and looks only for the
 * end of the answer, because an HTTP client takes more CPU than the server that we measure.
 */
export const httpCaller = (port: number, request: string): { call: Call; close(): void } => {
  const bytes = Buffer.from(request);
  const idle: Socket[] = [];
  const all = new Set<Socket>();
  const opened = async (): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1').setNoDelay();
    all.add(socket);
    await once(socket, 'connect');
    // What goes wrong later ends the connection, which is seen.
    socket.on('error', () => undefined);
    return socket;
  };
  const call = async (): Promise<number> => {
    let socket = idle.pop();
    // The server ends connections that were idle for long.
    while (socket?.destroyed) socket = idle.pop();
    socket ??= await opened();
    const open = socket;
    await new Promise<void>((answered, failed) => {
      let head = '';
      let left = Infinity;
      const read = (chunk: Buffer): void => {
        if (left === Infinity) {
          head += chunk.toString('latin1');
          const end = head.indexOf('\r\n\r\n');
          if (end < 0) return;
          if (!head.startsWith('HTTP/1.1 200 ')) return failed(new Error(head.slice(0, 200)));
          left = end + 4 + Number(/^content-length: (\d+)/im.exec(head)![1]) - head.length;
        } else left -= chunk.length;
        if (left > 0) return;
        open.off('data', read).off('close', gone);
        answered();
      };
      const gone = () => failed(new Error('the connection ended'));
      open.on('data', read).once('close', gone);
      open.write(bytes);
    });
    idle.push(open);
    return 1;
  };
  return {
    call,
    close: () => {
      for (const socket of all) socket.destroy();
    },
  };
};

const started = async (args: string[], env: NodeJS.ProcessEnv, until: RegExp): Promise<ChildProcess> => {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
  const serving = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (until.test(chunk.toString())) resolve();
    });
  });
  await Promise.race([serving, once(child, 'exit').then(() => Promise.reject(new Error(`${args[0]} ended`)))]);
  return child;
};

/** How fast the agent answers a secret from memory, beside a bare server. @param bundle what serves the echo */
export const measureAgent = async (
  cluster: LocalCluster,
  {
    secretId,
    bundle,
    only = '',
    ...options
  }: Omit<RoundOptions, 'echo' | 'echoName'> & { secretId: string; bundle: string; only?: string },
): Promise<Measurement[]> => {
  const name = 'agent, one secret from memory';
  if (!name.includes(only)) return [];
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-bench-agent-'));
  const children: ChildProcess[] = [];
  try {
    const port = await findFreePorts(3);
    const tokenFile = join(folder, 'token');
    const { caFile, certFile, keyFile } = cluster.adminCertificate;
    const agent = await started(
      [resolve('dist/apps/agent/main.js'), 'serve'],
      {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        STRONGROOM_AGENT_LISTEN: `127.0.0.1:${port}`,
        STRONGROOM_METRICS_LISTEN: `127.0.0.1:${port + 1}`,
        STRONGROOM_AGENT_TOKEN_FILE: tokenFile,
        STRONGROOM_SECRETS_API_ADDRESS: cluster.endpoint('secrets-api'),
        STRONGROOM_TLS_CA_FILE: caFile,
        STRONGROOM_TLS_CERT_FILE: certFile,
        STRONGROOM_TLS_KEY_FILE: keyFile,
      },
      /"message":"serving"/,
    );
    children.push(agent);
    const token = readFileSync(tokenFile, 'utf8').trim();
    const path = `/secretsmanager/get?secretId=${encodeURIComponent(secretId)}`;
    const headers = { 'X-Aws-Parameters-Secrets-Token': token };
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
    const { length } = Buffer.from(await answer.arrayBuffer());
    if (!answer.ok) throw new Error(`the agent answers ${answer.status}`);
    const echo = await started([bundle, HTTP_ECHO, String(port + 2), String(length)], { PATH: process.env.PATH }, /serving/);
    children.push(echo);
    const request = `GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nX-Aws-Parameters-Secrets-Token: ${token}\r\n\r\n`;
    const [toAgent, toEcho] = [httpCaller(port, request), httpCaller(port + 2, request)];
    const processes: Processes = new Map([...options.processes, [ECHO, echo.pid!], [AGENT, agent.pid!]]);
    const what = LEVELS.map((inFlight): Measurable => ({ name, inFlight, call: toAgent.call }));
    const measured = await measure(what, { ...options, processes, echo: toEcho.call, echoName: 'HTTP echo' });
    toAgent.close();
    toEcho.close();
    return measured;
  } finally {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
};
