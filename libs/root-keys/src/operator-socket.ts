import { chmodSync, lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { forget } from '@strongroom/envelope';

/** What one command may send, its secret included; bytes. */
export const MAX_REQUEST = 16_384;
/** What one answer may have; bytes. */
const MAX_ANSWER = 262_144;
/** Commands at a time. */
const MAX_CONNECTIONS = 8;
/** How long a peer may take to say what it wants; milliseconds. */
const PATIENCE_MS = 10_000;

/** What an operator asks for. */
export interface OperatorRequest {
  readonly command: string;
  readonly [parameter: string]: unknown;
}

/** Does what a request asks for; the secret is erased afterwards. The answer becomes JSON. @throws Error for the operator */
export type OperatorHandler = (request: OperatorRequest, secret: Buffer) => Promise<unknown>;

/**
 * A Unix socket for commands on this machine, mode 0600 in a folder of mode 0700: whoever may open it is the service's user, or
 * root. A peer sends a line of JSON and then a secret, if the command needs one, and ends its side. The answer is JSON.
 */
export class OperatorSocket {
  private constructor(
    private readonly server: Server,
    private readonly peers: ReadonlySet<Socket>,
  ) {}

  /** @throws Error when another process listens there, or the folder cannot be made */
  static async listen(path: string, handle: OperatorHandler): Promise<OperatorSocket> {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    await removeAbandoned(path);
    const peers = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      peers.add(socket);
      socket.once('close', () => peers.delete(socket));
      serve(socket, handle);
    });
    server.maxConnections = MAX_CONNECTIONS;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(new Error(`the socket ${path} cannot be opened: ${error.message}`)));
      // The socket is made in this call, with the mode that it has from its first moment.
      const mask = process.umask(0o177);
      try {
        server.listen(path, resolve);
      } finally {
        process.umask(mask);
      }
    });
    chmodSync(path, 0o600);
    return new OperatorSocket(server, peers);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.peers) socket.destroy();
    await closed;
  }
}

function serve(socket: Socket, handle: OperatorHandler): void {
  const chunks: Buffer[] = [];
  let size = 0;
  const answer = (reply: unknown): void => {
    for (const chunk of chunks) forget(chunk);
    chunks.length = 0;
    socket.end(JSON.stringify(reply));
  };
  socket.setTimeout(PATIENCE_MS, () => socket.destroy());
  // A peer that leaves harms nobody.
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    size += chunk.length;
    chunks.push(chunk);
    if (size > MAX_REQUEST) {
      answer({ error: `a command has at most ${MAX_REQUEST} bytes` });
      socket.destroySoon();
    }
  });
  socket.on('end', () => {
    // The command takes its own time.
    socket.setTimeout(0);
    const all = Buffer.concat(chunks);
    const line = all.indexOf(10);
    const secret = line < 0 ? Buffer.alloc(0) : all.subarray(line + 1);
    Promise.resolve()
      .then(() => handle(parseRequest(all.toString('utf8', 0, line < 0 ? all.length : line)), secret))
      .then(
        (result) => answer({ result: result ?? null }),
        (error: unknown) => answer({ error: error instanceof Error ? error.message : String(error) }),
      )
      .finally(() => forget(all));
  });
}

function parseRequest(line: string): OperatorRequest {
  let request: unknown;
  try {
    request = JSON.parse(line);
  } catch {
    throw new Error('a command is a line of JSON');
  }
  if (typeof (request as OperatorRequest | null)?.command !== 'string') throw new Error('a command has a name');
  return request as OperatorRequest;
}

/** A socket stays behind when its process is killed. */
async function removeAbandoned(path: string): Promise<void> {
  let isSocket: boolean;
  try {
    isSocket = lstatSync(path).isSocket();
  } catch {
    return;
  }
  if (!isSocket) throw new Error(`${path} is in the way of the socket`);
  const isAlive = await new Promise<boolean>((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => resolve(true));
    probe.once('error', () => resolve(false));
    probe.once('close', () => probe.destroy());
  });
  if (isAlive) throw new Error(`another process listens on ${path}`);
  unlinkSync(path);
}

/**
 * Sends a command to a service on this machine.
 *
 * @returns what the service answered; the caller knows its shape
 * @throws Error with what the service refused, or that it is not there
 */
export function askService<Result>(
  path: string,
  request: OperatorRequest,
  secret: Uint8Array = Buffer.alloc(0),
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const socket = connect({ path, allowHalfOpen: true });
    socket.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(`the service does not answer on ${path} (${error.code ?? error.message})`)),
    );
    socket.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_ANSWER) socket.destroy(new Error('the answer is too long'));
      else chunks.push(chunk);
    });
    socket.once('end', () => {
      try {
        const reply = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { result: Result } | { error: string };
        if ('error' in reply) reject(new Error(reply.error));
        else resolve(reply.result);
      } catch {
        reject(new Error('the service ended before it had answered'));
      }
    });
    socket.write(`${JSON.stringify(request)}\n`);
    socket.end(secret);
  });
}
