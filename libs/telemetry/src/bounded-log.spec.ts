import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boundedLog, boundLog, createLogger } from './index';

let directory: string;
let file: string;
let descriptor: number;
const bounds = { maxBytes: 1_000, files: 3 };

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'strongroom-log-'));
  file = join(directory, 'service.log');
  descriptor = openSync(file, 'a', 0o600);
});
afterEach(() => {
  closeSync(descriptor);
  rmSync(directory, { recursive: true });
});

const names = () => readdirSync(directory).sort();
const text = (name: string) => readFileSync(join(directory, name), 'utf8');
const ports = (name: string) =>
  text(name)
    .trimEnd()
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { port: number }).port);

/** Resolves when as many lines have reached the file, or a file before it. */
const log = async (count: number, first = 0, path = file): Promise<void> => {
  const output = boundedLog(path, descriptor, bounds) as ReturnType<typeof boundedLog> & NodeJS.EventEmitter;
  const logger = createLogger({ service: 'secrets-api', level: 'info', destination: output });
  for (let port = first; port < first + count; port++) {
    const written = new Promise((resolve) => output.once('write', resolve));
    logger.info('serving', { port });
    await written;
  }
};

it('keeps the newest lines, in so many files of so many bytes, and loses none in between', async () => {
  await log(100);
  expect(names()).toEqual(['service.log', 'service.log.1', 'service.log.2']);
  const kept = ['service.log.2', 'service.log.1', 'service.log'].flatMap(ports);
  expect(kept).toEqual(Array.from({ length: kept.length }, (_, n) => 100 - kept.length + n));
  for (const name of names()) {
    expect(statSync(join(directory, name)).size).toBeLessThan(1_200);
    expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
  }
});

it('counts what was there before', async () => {
  writeSync(descriptor, '{"port":-1}\n'.repeat(83));
  await log(1);
  expect(ports('service.log.1')).toHaveLength(84);
  expect(text('service.log')).toBe('');
});

it('leaves a file alone that is not what it writes to', async () => {
  const other = join(directory, 'other.log');
  writeFileSync(other, 'x'.repeat(2_000));
  await log(1, 0, other);
  expect(names()).toEqual(['other.log', 'service.log']);
});

it('sets a log aside for a program that goes on appending to it', () => {
  boundLog(file, bounds);
  expect(names()).toEqual(['service.log']);
  writeSync(descriptor, 'a'.repeat(1_000));
  boundLog(file, bounds);
  writeSync(descriptor, 'b');
  expect([text('service.log.1'), text('service.log')]).toEqual(['a'.repeat(1_000), 'b']);
});

it('leaves a log that cannot be set aside as it is', () => {
  mkdirSync(`${file}.new`);
  writeSync(descriptor, 'a'.repeat(1_000));
  boundLog(file, bounds);
  expect(text('service.log')).toHaveLength(1_000);
});

it('has no log of a program that never ran', () => {
  expect(() => boundLog(join(directory, 'none.log'), bounds)).not.toThrow();
});
