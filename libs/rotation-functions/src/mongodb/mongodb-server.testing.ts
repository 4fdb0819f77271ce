import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { BSON } from 'mongodb';
import type { Document, FakeMongoDb } from './fake-mongodb.testing';

// For tests: MongoDB's wire protocol and SCRAM over the users of a FakeMongoDb, for the real driver.

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const ITERATIONS = 4_096;

const HASHES: Readonly<Record<string, { hash: string; bytes: number; digest: (user: string, password: string) => string }>> = {
  'SCRAM-SHA-256': { hash: 'sha256', bytes: 32, digest: (_, password) => password },
  'SCRAM-SHA-1': {
    hash: 'sha1',
    bytes: 20,
    digest: (user, password) => createHash('md5').update(`${user}:mongo:${password}`).digest('hex'),
  },
};

/** What a session knows between two messages. */
interface Session {
  /** By database and name; '' before the login. */
  user: string;
  login?: { mechanism: string; user: string; database: string; bare: string; first: string };
}

/** A member of a replica set. */
export class MongoDbTestServer {
  private readonly sockets = new Set<Socket>();
  /** What clients have sent. */
  readonly heard: Buffer[] = [];

  private constructor(
    private readonly server: Server,
    private readonly users: FakeMongoDb,
  ) {}

  static async start(users: FakeMongoDb): Promise<MongoDbTestServer> {
    const started: MongoDbTestServer = new MongoDbTestServer(
      createServer((socket) => started.serve(socket)),
      users,
    );
    await new Promise<void>((resolve) => started.server.listen(0, '127.0.0.1', resolve));
    return started;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(socket: Socket): void {
    const session: Session = { user: '' };
    let read = Buffer.alloc(0);
    this.sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
    socket.on('data', (part) => {
      this.heard.push(part);
      read = Buffer.concat([read, part]);
      while (read.length >= 4 && read.length >= read.readInt32LE()) {
        const length = read.readInt32LE();
        socket.write(this.replyTo(session, read.subarray(0, length)));
        read = read.subarray(length);
      }
    });
  }

  private replyTo(session: Session, message: Buffer): Buffer {
    const id = message.readInt32LE(4);
    const isQuery = message.readInt32LE(12) === OP_QUERY;
    // After the header: flags, and of a query the collection's name, and two numbers; of a message the kind of its section.
    const start = isQuery ? message.indexOf(0, 20) + 9 : 21;
    const command = BSON.deserialize(message.subarray(start), { promoteValues: false, allowObjectSmallerThanBufferSize: true });
    const answer = BSON.serialize(this.answer(session, command));
    const body = isQuery ? [Buffer.alloc(16), integer(1), answer] : [integer(0), Buffer.alloc(1), answer];
    const whole = Buffer.concat(body.map((one) => Buffer.from(one)));
    return Buffer.concat([integer(16 + whole.length), integer(1), integer(id), integer(isQuery ? OP_REPLY : OP_MSG), whole]);
  }

  private answer(session: Session, command: Document): Document {
    const name = Object.keys(command)[0]!;
    if (/^(hello|isMaster)$/i.test(name)) return this.hello(command);
    if (name === 'saslStart') return this.saslStart(session, command);
    if (name === 'saslContinue') return this.saslContinue(session, command);
    if (name === 'endSessions') return { ok: 1 };
    return this.users.answer(session.user, String(command.$db), command);
  }

  private hello({ saslSupportedMechs }: Document): Document {
    const user = typeof saslSupportedMechs === 'string' ? this.users.users.get(saslSupportedMechs) : undefined;
    return {
      helloOk: true,
      isWritablePrimary: this.users.isPrimary,
      ismaster: this.users.isPrimary,
      secondary: !this.users.isPrimary,
      setName: 'rs',
      // A name that no client may follow: the password goes only where the secret says.
      hosts: ['elsewhere.invalid:27017'],
      primary: 'elsewhere.invalid:27017',
      maxWireVersion: 21,
      minWireVersion: 0,
      maxBsonObjectSize: 16_777_216,
      maxMessageSizeBytes: 48_000_000,
      maxWriteBatchSize: 100_000,
      ...(user && { saslSupportedMechs: user.mechanisms }),
      ok: 1,
    };
  }

  private saslStart(session: Session, { mechanism, payload, $db }: Document): Document {
    const bare = textOf(payload).slice('n,,'.length);
    const { n = '', r = '' } = attributesOf(bare);
    const user = n.replaceAll('=2C', ',').replaceAll('=3D', '=');
    const salt = randomBytes(HASHES[String(mechanism)]!.bytes - 4).toString('base64');
    const first = `r=${r}${randomBytes(18).toString('base64')},s=${salt},i=${ITERATIONS}`;
    session.login = { mechanism: String(mechanism), user, database: String($db), bare, first };
    return { conversationId: 1, done: false, payload: Buffer.from(first), ok: 1 };
  }

  private saslContinue(session: Session, { payload }: Document): Document {
    const refused = { ok: 0, code: 18, codeName: 'AuthenticationFailed', errmsg: 'Authentication failed.' };
    const { mechanism, user, database, bare, first } = session.login!;
    const found = this.users.users.get(`${database}.${user}`);
    if (!found?.mechanisms.includes(mechanism)) return refused;
    const { hash, bytes, digest } = HASHES[mechanism]!;
    const { s = '' } = attributesOf(first);
    const { p = '' } = attributesOf(textOf(payload));
    const signed = `${bare},${first},${textOf(payload).replace(/,p=.*$/, '')}`;
    const hmac = (key: Buffer, text: string) => createHmac(hash, key).update(text).digest();
    const salted = pbkdf2Sync(digest(user, found.pwd), Buffer.from(s, 'base64'), ITERATIONS, bytes, hash);
    const key = hmac(salted, 'Client Key');
    const signature = hmac(createHash(hash).update(key).digest(), signed);
    const proof = Buffer.from(key.map((byte, index) => byte ^ signature[index]!));
    const given = Buffer.from(p, 'base64');
    if (given.length !== proof.length || !timingSafeEqual(given, proof)) return refused;
    session.user = `${database}.${user}`;
    const v = hmac(hmac(salted, 'Server Key'), signed).toString('base64');
    return { conversationId: 1, done: true, payload: Buffer.from(`v=${v}`), ok: 1 };
  }
}

const integer = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
};

/** The text in a payload of SASL. */
const textOf = (payload: unknown): string => Buffer.from((payload as BSON.Binary).value()).toString();

const attributesOf = (message: string): Partial<Record<string, string>> =>
  Object.fromEntries(message.split(',').map((one): [string, string] => [one.slice(0, 1), one.slice(2)]));
