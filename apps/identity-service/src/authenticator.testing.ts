import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** What a value is in CBOR, as far as authenticators need it. */
function cbor(value: unknown): Buffer {
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  if (value instanceof Map) return Buffer.concat([head(5, value.size), ...[...value].flat().map(cbor)]);
  throw new Error('not in the CBOR of authenticators');
}

function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.of((major << 5) | value);
  if (value < 256) return Buffer.of((major << 5) | 24, value);
  return Buffer.of((major << 5) | 25, value >> 8, value & 255);
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();
const text = (bytes: Buffer) => bytes.toString('base64url');

/** A browser with an authenticator that holds one passkey, ES256, in software. */
export class SoftwareAuthenticator {
  private readonly keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly credentialId = randomBytes(32);
  /** The next one that it tells; it counts up with each use. */
  signCount = 1;

  constructor(
    /** The origin of the pages that the browser shows. */
    public origin: string,
  ) {}

  /** `navigator.credentials.create`. `packed`: it vouches for itself. */
  create(optionsJson: string, { packed = false } = {}): string {
    const { challenge, rp } = JSON.parse(optionsJson) as { challenge: string; rp: { id: string } };
    const { x, y } = this.keys.publicKey.export({ format: 'jwk' });
    const [xBytes, yBytes] = [x, y].map((part) => Buffer.from(part!, 'base64url'));
    const key = cbor(
      new Map<number, unknown>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, xBytes],
        [-3, yBytes],
      ]),
    );
    const credential = [Buffer.alloc(16), Buffer.of(0, this.credentialId.length), this.credentialId, key];
    const data = Buffer.concat([this.authenticatorData(rp.id, 0x45), ...credential]);
    const client = this.clientData('webauthn.create', challenge);
    const statement = packed
      ? new Map<string, unknown>([
          ['alg', -7],
          ['sig', this.signature(data, client)],
        ])
      : new Map<string, unknown>();
    const attestation = cbor(
      new Map<string, unknown>([
        ['fmt', packed ? 'packed' : 'none'],
        ['attStmt', statement],
        ['authData', data],
      ]),
    );
    return this.answer({ attestationObject: text(attestation), clientDataJSON: text(client), transports: ['internal'] });
  }

  /** `navigator.credentials.get`. */
  get(optionsJson: string): string {
    const { challenge, rpId } = JSON.parse(optionsJson) as { challenge: string; rpId: string };
    const data = this.authenticatorData(rpId, 0x05);
    const client = this.clientData('webauthn.get', challenge);
    const signature = text(this.signature(data, client));
    return this.answer({ authenticatorData: text(data), clientDataJSON: text(client), signature });
  }

  private authenticatorData(rpId: string, flags: number): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(this.signCount);
    if (this.signCount > 0) this.signCount++;
    return Buffer.concat([sha256(rpId), Buffer.of(flags), count]);
  }

  private clientData(type: string, challenge: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.origin, crossOrigin: false }));
  }

  private signature(data: Buffer, client: Buffer): Buffer {
    return sign('sha256', Buffer.concat([data, sha256(client)]), this.keys.privateKey);
  }

  private answer(response: object): string {
    const id = text(this.credentialId);
    return JSON.stringify({ id, rawId: id, type: 'public-key', response, clientExtensionResults: {} });
  }
}
