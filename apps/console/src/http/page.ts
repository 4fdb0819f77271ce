import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** In the built page, where the nonce of the answer must stand. */
export const NONCE_PLACE = '__CSP_NONCE__';
const INDEX = 'index.html';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};
const compressible = /^(?:text\/|application\/|image\/svg)/;
/** The build names what lies here by its content. */
const isHashed = (path: string): boolean => path.startsWith('/assets/');

type Encoding = 'br' | 'gzip';

export interface PageFile {
  readonly type: string;
  /** A file of this name never changes. */
  readonly immutable: boolean;
  readonly bytes: Buffer;
  readonly encoding?: Encoding;
}

interface Stored {
  readonly type: string;
  readonly bytes: Buffer;
  readonly encoded: Map<Encoding, Promise<Buffer>>;
}

const compress: Readonly<Record<Encoding, (bytes: Buffer) => Promise<Buffer>>> = {
  br: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (bytes) => promisify(gzip)(bytes, { level: 9 }),
};
const suffixes: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz' };

/**
 * The built page, read once and kept in memory: a request names one of its files, and no path of the machine. What the build has
 * not compressed is compressed when it is asked for first.
 */
export class Page {
  private readonly files = new Map<string, Stored>();
  private readonly parts: readonly string[] | undefined;

  /** @param folder need not exist: then there is no page */
  constructor(folder: string) {
    const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
    const all = new Map(
      names
        .map((name) => join(folder, name))
        .filter((file) => statSync(file).isFile())
        .map((file) => [`/${relative(folder, file).split(sep).join('/')}`, file]),
    );
    for (const [path, file] of all) {
      const type = types[extname(path)];
      if (type === undefined || path === `/${INDEX}`) continue;
      const ready = (Object.keys(suffixes) as Encoding[]).flatMap((encoding) => {
        const compressed = all.get(path + suffixes[encoding]);
        return compressed === undefined ? [] : [[encoding, Promise.resolve(readFileSync(compressed))] as const];
      });
      this.files.set(path, { type, bytes: readFileSync(file), encoded: new Map(ready) });
    }
    const index = all.get(`/${INDEX}`);
    this.parts = index === undefined ? undefined : readFileSync(index, 'utf8').split(NONCE_PLACE);
  }

  get isThere(): boolean {
    return this.parts !== undefined;
  }

  /** The page itself. undefined: it has not been built. */
  index(nonce: string): Buffer | undefined {
    return this.parts && Buffer.from(this.parts.join(nonce));
  }

  /** @param accepted the header Accept-Encoding */
  async file(path: string, accepted: string | undefined): Promise<PageFile | undefined> {
    const stored = this.files.get(path);
    if (stored === undefined) return undefined;
    const { type, bytes, encoded } = stored;
    const found = { type, immutable: isHashed(path) };
    const encoding = compressible.test(type) ? encodingOf(accepted) : undefined;
    if (encoding === undefined) return { ...found, bytes };
    let work = encoded.get(encoding);
    if (work === undefined) encoded.set(encoding, (work = compress[encoding](bytes)));
    return { ...found, bytes: await work, encoding };
  }
}

function encodingOf(accepted = ''): Encoding | undefined {
  const wanted = new Set<string>();
  for (const one of accepted.toLowerCase().split(',')) {
    const [name = '', weight = 'q=1'] = one.split(';').map((part) => part.trim());
    if (Number(weight.slice('q='.length)) > 0) wanted.add(name);
  }
  return wanted.has('br') ? 'br' : wanted.has('gzip') ? 'gzip' : undefined;
}
