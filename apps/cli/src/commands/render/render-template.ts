import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { SecretCache } from '@strongroom/client';
import { MINUTE, unlessAborted } from '@strongroom/clock';
import type { VersionName } from '@strongroom/templates';
import type { Cli } from '../../cli';
import { CliError, usageError } from '../../cli-error';
import { childEnvironment } from '../../environment/child-environment';
import { EXIT } from '../../exit-code';
import { writeAtomically } from '../../files/atomic-file';
import { withOfflineCache } from '../../values/offline-flags';
import { type News, SecretNews } from '../../values/secret-news';
import { CachedSource, ClusterSource } from '../../values/secret-source';
import { doAfterWrite } from './after-write';
import type { RenderFlags } from './render-flags';
import { Renderer } from './renderer';

/** How old values may get while the cluster tells nothing by itself; milliseconds. */
const MAX_AGE_MS = MINUTE;
/** Several changes at about the same time are one; milliseconds. */
const SETTLE_MS = 100;
/** Before what could not be read is asked for again; milliseconds. */
const RETRY_MS = 5_000;

export const renderTemplate = async (file: string, flags: RenderFlags, cli: Cli): Promise<void> => {
  const text = await readTemplate(file, cli);
  const cluster = new ClusterSource(async () => (await cli.strongroom()).secrets, cli.signal);
  const cache = flags.watch ? new SecretCache(await cli.strongroom(), { maxAgeMs: MAX_AGE_MS }) : undefined;
  const news = cache && new SecretNews(cache);
  try {
    const direct = cache && news ? new CachedSource(cache, news, cluster, cli.signal) : cluster;
    const source = await withOfflineCache(direct, flags, cli);
    const renderer = Renderer.of(text, file === '-' ? 'standard input' : file, source);
    if (flags.check) return await check(renderer, flags, cli);
    if (flags.out === undefined) return await print(renderer, flags, cli);
    const failure = await write(renderer, flags, cli);
    if (failure && !news) throw new CliError(`${flags.out} is written, but ${failure}`, { exitCode: EXIT.incomplete });
    if (!news) return;
    if (failure) cli.printer.note(`strongroom: ${failure}`);
    await watch(renderer, news, { flags, cli, forget: async (name) => source.forget?.(name) });
  } finally {
    news?.close();
    cache?.close();
  }
};

const readTemplate = async (file: string, { terminal }: Cli): Promise<string> => {
  if (file !== '-') {
    return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw usageError(`Cannot read ${file}: ${error.code ?? error.message}.`);
    });
  }
  const chunks: Buffer[] = [];
  for await (const chunk of terminal.stdin) chunks.push(Buffer.from(chunk as Buffer | string));
  return Buffer.concat(chunks).toString();
};

const print = async (renderer: Renderer, { reveal }: RenderFlags, { terminal, printer }: Cli): Promise<void> => {
  const masked = terminal.stdout.isTTY === true && !reveal;
  printer.raw(await renderer.render({ masked }));
  if (masked && renderer.references.length > 0) printer.note('Values are masked: give --reveal, --out, or pipe to a program.');
};

const check = async (renderer: Renderer, { out }: RenderFlags, { printer }: Cli): Promise<void> => {
  const content = await renderer.render();
  if (out === undefined) return printer.note('Everything is there.');
  const before = await readFile(out).catch(() => undefined);
  printer.note(`Everything is there; ${out} ${before?.equals(content) ? 'is up to date' : 'would be written'}.`);
};

/** @returns how what comes after failed, or undefined */
const write = async (renderer: Renderer, { out, mode, after }: RenderFlags, cli: Cli): Promise<string | undefined> => {
  const hasChanged = await writeAtomically(out!, await renderer.render(), { mode });
  cli.printer.note(`${out} ${hasChanged ? 'is written' : 'is up to date'}.`);
  if (!hasChanged || !after) return undefined;
  return doAfterWrite(after, childEnvironment(cli.terminal.env, {}, { only: false, passToken: false }));
};

interface WatchOptions {
  flags: RenderFlags;
  cli: Cli;
  forget: (name: VersionName) => Promise<void>;
}

/** Writes again and again, until the person or the system ends it. What fails is told, and the file stays as it is. */
const watch = async (renderer: Renderer, news: SecretNews, { flags, cli, forget }: WatchOptions): Promise<void> => {
  const note = (text: string) => cli.printer.note(`strongroom: ${text}`);
  const lost = new Set<string>();
  try {
    for (;;) {
      await unlessAborted(news.arrival(), cli.signal, ended);
      await sleep(SETTLE_MS, undefined, { signal: cli.signal });
      await tellLost(news.take(), { lost, note, forget });
      if (lost.size > 0) continue;
      try {
        const failure = await write(renderer, flags, cli);
        if (failure) note(failure);
      } catch (error) {
        if (!(error instanceof CliError) || cli.signal.aborted) throw error;
        note(`${error.message}; ${flags.out} stays as it is`);
        if (error.exitCode === EXIT.unavailable) news.repeatAfter(RETRY_MS);
      }
    }
  } catch (error) {
    if (!cli.signal.aborted) throw error;
  }
};

const ended = () => new Error('ended');

const tellLost = async (
  news: News,
  { lost, note, forget }: { lost: Set<string>; note: (text: string) => void; forget: WatchOptions['forget'] },
): Promise<void> => {
  for (const [key, { name, lost: error }] of news) {
    if (error) {
      lost.add(key);
      await forget(name);
      note(`${key} cannot be read any more: ${error.reason}: ${error.message}; the file stays as it is`);
    } else if (lost.delete(key)) note(`${key} can be read again`);
  }
};
