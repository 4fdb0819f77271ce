import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { emptyRoot, splitNotes } from '@strongroom/merkle';
import { TestSigner } from '@strongroom/merkle/testing';
import { temporaryDirectory } from '@strongroom/testing';
import { CheckpointFile } from './checkpoint-file';
import { CheckpointWebhook } from './checkpoint-webhook';

const signer = new TestSigner();
const notes = [1, 2, 3].map((size) => signer.checkpoint(size, emptyRoot));

describe('a file', () => {
  const directory = temporaryDirectory('checkpoints');
  afterAll(() => directory.remove());

  it('grows by each checkpoint, also after one that was cut off, and keeps what it has', async () => {
    const name = `${directory.path}/checkpoints`;
    const file = new CheckpointFile(name);
    await file.put(notes[0]!);
    await file.put(notes[1]!);
    const before = readFileSync(name, 'utf8');
    expect(splitNotes(before)).toEqual({ notes: notes.slice(0, 2), rest: '' });
    writeFileSync(name, `\n${notes[2]!.slice(0, 60)}`, { flag: 'a' });
    await file.put(notes[2]!);
    const after = readFileSync(name, 'utf8');
    expect(after.startsWith(before)).toBe(true);
    expect(splitNotes(after).notes).toEqual(notes);
  });

  it('that cannot be written is an error', async () => {
    await expect(new CheckpointFile(`${directory.path}/none/x`).put(notes[0]!)).rejects.toThrow('ENOENT');
  });
});

describe('a webhook', () => {
  const received: { headers: IncomingMessage['headers']; body: string }[] = [];
  let answer: [status: number, headers: Record<string, string>] = [204, {}];
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      void text(request).then((body) => {
        received.push({ headers: request.headers, body });
        response.writeHead(...answer).end();
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=open-sesame`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('takes the note as it is', async () => {
    await new CheckpointWebhook(url).put(notes[0]!);
    expect(received).toEqual([
      { headers: expect.objectContaining({ 'content-type': 'text/plain; charset=utf-8' }), body: notes[0] },
    ]);
  });

  it.each<[string, typeof answer]>([
    ['500', [500, {}]],
    ['a redirect', [307, { location: '/elsewhere' }]],
  ])('that answers with %s has not taken it, and its address is not told', async (_, wrong) => {
    answer = wrong;
    const failure = await new CheckpointWebhook(url).put(notes[0]!).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(String(failure)).toMatch(/^Error: the webhook /);
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('open-sesame');
  });

  it('that is away has not taken it', async () => {
    await expect(new CheckpointWebhook('http://127.0.0.1:1/').put(notes[0]!)).rejects.toThrow('does not answer');
  });
});
