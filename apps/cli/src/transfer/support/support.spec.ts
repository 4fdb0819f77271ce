import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { ManualClock } from '@strongroom/clock';
import { temporaryDirectory } from '@strongroom/testing';
import { Journal } from './journal';
import { Pacer } from './pacer';
import { Progress } from './progress';

it('lets turns pass at an even pace', async () => {
  const clock = new ManualClock();
  const waits: number[] = [];
  const pacer = new Pacer(10, clock, async (milliseconds) => void waits.push(milliseconds));
  await pacer.turn();
  await pacer.turn();
  await pacer.turn(5);
  await pacer.turn();
  expect(waits).toEqual([100, 200, 700]);
  clock.advance(60_000);
  await pacer.turn();
  expect(waits).toHaveLength(3);
  await new Pacer(undefined, clock, () => Promise.reject(new Error('waited'))).turn(1_000);
});

describe('progress', () => {
  const screen = (isTTY: boolean) => {
    const written: string[] = [];
    const stderr = Object.assign(
      new Writable({
        write: (chunk: Buffer, _, done) => {
          written.push(chunk.toString());
          done();
        },
      }),
      { isTTY, columns: 20 },
    );
    return { written, stderr };
  };

  it('is one moving line on a terminal, no longer than it', () => {
    const clock = new ManualClock();
    const { written, stderr } = screen(true);
    const progress = new Progress({ stderr }, clock);
    progress.tell('too early');
    clock.advance(200);
    progress.tell('5 of 10 secrets are imported');
    progress.end();
    expect(written).toEqual(['\r\u001b[K5 of 10 secrets are', '\r\u001b[K']);
  });

  it('is a line every five seconds elsewhere', () => {
    const clock = new ManualClock();
    const { written, stderr } = screen(false);
    const progress = new Progress({ stderr }, clock);
    for (let second = 0; second < 11; second++) {
      progress.tell(`${second} s`);
      clock.advance(1_000);
    }
    progress.end();
    expect(written).toEqual(['5 s\n', '10 s\n']);
  });
});

describe('the journal', () => {
  const directory = temporaryDirectory('journal');
  afterAll(() => directory.remove());

  it('keeps names, and forgets one that was cut off', async () => {
    const file = join(directory.path, 'journal');
    const journal = await Journal.open(file);
    await journal.add('a');
    await journal.add('b/c');
    expect(readFileSync(file, 'utf8')).toBe('a\nb/c\n');
    writeFileSync(file, 'a\nb/c\nhalf');
    const again = await Journal.open(file);
    expect(['a', 'b/c', 'half', ''].map((name) => again.has(name))).toEqual([true, true, false, false]);
    await again.add('d');
    expect(readFileSync(file, 'utf8')).toBe('a\nb/c\nd\n');
    await expect(Journal.open(directory.path)).rejects.toThrow(/--journal/);
  });
});
