import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { temporaryDirectory } from '@strongroom/testing';
import { ApiClient } from '../../../transfer/sources/http/api-client';
import { FolderPlace } from './folder-place';
import { parseBucket, S3Place } from './s3-place';

const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'a-secret' };

describe('a folder', () => {
  const folder = temporaryDirectory('trail-export');
  afterAll(() => folder.remove());

  it('keeps files for its owner alone, whole ones', async () => {
    const place = new FolderPlace(join(folder.path, 'trail'));
    expect(await place.read('a/b/c.json')).toBeUndefined();
    await place.write('a/b/c.json', Buffer.from('one'));
    await place.write('a/b/c.json', Buffer.from('two'));
    expect(await place.read('a/b/c.json')).toBe('two');
    expect(readdirSync(join(folder.path, 'trail/a/b'))).toEqual(['c.json']);
    expect(statSync(join(folder.path, 'trail/a/b/c.json')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder.path, 'trail/a')).mode & 0o777).toBe(0o700);
  });

  it('says what is in its way', async () => {
    const place = new FolderPlace(join(folder.path, 'trail'));
    await expect(place.write('a/b/c.json/d', Buffer.from('x'))).rejects.toThrow(/cannot be made: (ENOTDIR|EEXIST)/);
    await expect(place.read('a/b')).rejects.toThrow('cannot be read: EISDIR');
  });
});

describe('a bucket', () => {
  /** What S3 does with objects, and with a request whose content is not the signed one. */
  const objects = new Map<string, Buffer>();
  const seen: IncomingMessage[] = [];
  let refuse: { status: number; body: string } | undefined;
  let server: Server;
  let address: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        seen.push(request);
        const body = Buffer.concat(parts);
        const isSigned = request.headers['x-amz-content-sha256'] === createHash('sha256').update(body).digest('hex');
        if (refuse || !isSigned) return response.writeHead(refuse?.status ?? 400).end(refuse?.body);
        if (request.method === 'PUT') objects.set(request.url!, body);
        const object = objects.get(request.url!);
        return object ? response.end(object) : response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());
  afterEach(() => (refuse = undefined));

  const withPlace = async <T>(work: (place: S3Place) => Promise<T>): Promise<T> => {
    const api = new ApiClient({ address, addressFrom: '--endpoint-url', signal: new AbortController().signal });
    const place = new S3Place(api, parseBucket('s3://audit/strong room')!, { credentials, region: 'eu-west-1' });
    return work(place).finally(() => place.close());
  };

  it('keeps objects under the prefix, by signed requests', () =>
    withPlace(async (place) => {
      expect(await place.read('a/b.json')).toBeUndefined();
      await place.write('a/b.json', Buffer.from([0, 255, 10]));
      await place.write('a/c.json', Buffer.from('text'));
      expect(objects.get('/audit/strong%20room/a/b.json')).toEqual(Buffer.from([0, 255, 10]));
      expect(await place.read('a/c.json')).toBe('text');
      expect(seen.at(-1)!.headers.authorization).toMatch(
        /^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE\/\d{8}\/eu-west-1\/s3\/aws4_request, SignedHeaders=.*host;.*, Signature=[0-9a-f]{64}$/,
      );
      expect(JSON.stringify(seen.map(({ headers }) => headers))).not.toContain('a-secret');
    }));

  it.each([
    [403, 'AccessDenied', 4],
    [404, 'NoSuchBucket', 3],
    [400, 'InvalidRequest', 1],
  ])('says what it refuses: %i %s', (status, code, exitCode) =>
    withPlace(async (place) => {
      refuse = { status, body: `<Error><Code>${code}</Code><Message>long</Message></Error>` };
      for (const call of [place.read('x'), place.write('x', Buffer.from('x'))])
        await expect(call).rejects.toMatchObject({ message: `s3://audit/strong room/: ${code}.`, exitCode });
    }),
  );

  it.each(['s3://', 's3://A', 's3://x', 's3:///prefix'])('is not named %s', (destination) => {
    expect(() => parseBucket(destination)).toThrow('must have the form s3://bucket');
  });

  it('has a prefix that ends in a slash, or none', () => {
    expect(parseBucket('s3://audit')).toEqual({ bucket: 'audit', prefix: '' });
    expect(parseBucket('s3://audit/a/b')).toEqual({ bucket: 'audit', prefix: 'a/b/' });
    expect(parseBucket('/var/log')).toBeUndefined();
  });
});
