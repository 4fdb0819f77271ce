import { z } from 'zod';
import { CliError } from '../../../cli-error';
import { EXIT } from '../../../exit-code';
import { AWSCURRENT, type Source, type SourceItem, type SourceVersion, withOneValue } from '../../source';
import { concurrently } from '../../../concurrency';
import { compact, memberOf, parseJson } from '@strongroom/secret-files';
import { type ApiAnswer, ApiClient, type ApiOptions } from './api-client';
import { readAnswer, refusal, wordsOf } from './answers';

export interface VaultOptions extends Pick<ApiOptions, 'address' | 'caFile' | 'signal'> {
  token: string;
  /** Of the KV engine, such as `secret`. */
  mount: string;
  /** Only secrets below this folder. Default: all. */
  folder?: string;
  namespace?: string;
  /** All versions that are neither deleted nor destroyed; else the newest alone. */
  allVersions: boolean;
  /** Secrets that are read side by side. */
  concurrency: number;
}

/** OpenBao gives a folder in pages of this size; Vault gives it whole, and knows no pages. */
const PAGE = 1_000;
const MAX_DEPTH = 100;

const keysAnswer = z.object({ data: z.object({ keys: z.array(z.string()) }) });
const versionMetadata = z.object({
  version: z.number().int(),
  created_time: z.string(),
  deletion_time: z.string().optional(),
  destroyed: z.boolean().optional(),
  custom_metadata: z.record(z.string(), z.string()).nullish(),
});
const dataAnswer = z.object({ data: z.object({ data: z.unknown(), metadata: versionMetadata }) });
const metadataAnswer = z.object({
  data: z.object({ versions: z.record(z.string(), versionMetadata.pick({ deletion_time: true, destroyed: true })) }),
});

interface ReadVersion {
  version: SourceVersion;
  tags: Map<string, string>;
}

/** Secrets of the KV engine, version 2, of Vault or OpenBao. A secret's value is the JSON object that the engine keeps. */
export class VaultSource implements Source {
  readonly id: string;
  readonly title: string;
  private readonly api: ApiClient;
  private readonly folder: string;

  constructor(private readonly options: VaultOptions) {
    const { token, namespace = '', mount, folder = '' } = options;
    this.api = new ApiClient({
      ...options,
      addressFrom: '--address (VAULT_ADDR)',
      connections: options.concurrency,
      headers: { 'x-vault-token': token, 'x-vault-request': 'true', ...(namespace !== '' && { 'x-vault-namespace': namespace }) },
    });
    this.folder = folder === '' || folder.endsWith('/') ? folder : `${folder}/`;
    this.id = `vault ${this.api.origin} ${namespace} ${mount}`;
    this.title = `Vault at ${this.api.origin}, mount ${mount}`;
  }

  async *secrets(wanted: (name: string) => boolean): AsyncGenerator<SourceItem, void> {
    const names = this.names(this.folder, wanted, 0);
    for await (const item of concurrently(names, this.options.concurrency, (name) => this.read(name))) {
      if (item !== undefined) yield item;
    }
  }

  close(): void {
    this.api.close();
  }

  /** In the order in which the server gives them. A folder that may not be listed is an item that says so. */
  private async *names(
    folder: string,
    wanted: (name: string) => boolean,
    depth: number,
  ): AsyncGenerator<string | { name: string; unreadable: string }, void> {
    if (depth > MAX_DEPTH) {
      yield { name: folder, unreadable: `Its folder is more than ${MAX_DEPTH} folders deep.` };
      return;
    }
    let after: string | undefined;
    for (;;) {
      const answer = await this.list(folder, after);
      if (answer.status === 403 && depth > 0) {
        yield { name: folder, unreadable: `Vault does not let this token list the folder${said(answer)}.` };
        return;
      }
      if (answer.status === 404 && depth > 0) return;
      const { keys } = readAnswer(keysAnswer, answer, this.title).data;
      // Where pages are unknown the same keys would come again.
      const fresh = after === undefined ? keys : keys.filter((key) => key > after!);
      for (const key of fresh) {
        if (key.endsWith('/')) yield* this.names(folder + key, wanted, depth + 1);
        else if (wanted(folder + key)) yield folder + key;
      }
      if (keys.length !== PAGE || fresh.length === 0) return;
      after = keys.at(-1);
    }
  }

  /** @throws CliError if the mount or the first folder does not exist */
  private async list(folder: string, after: string | undefined): Promise<ApiAnswer> {
    const path = this.path('metadata', folder);
    const answer = await this.api.send({ path, query: { list: 'true', limit: `${PAGE}`, after } });
    if (answer.status === 404 && folder === this.folder) {
      const isEmpty = wordsOf(answer) === undefined;
      if (isEmpty && folder === '') return { status: 200, body: '{"data":{"keys":[]}}' };
      throw new CliError(`${this.title}: there is no folder "${folder}"${said(answer)}.`, {
        exitCode: EXIT.notFound,
        hint: 'The mount must be a KV engine of version 2, and a folder must hold secrets.',
      });
    }
    return answer;
  }

  private async read(name: string | { name: string; unreadable: string }): Promise<SourceItem | undefined> {
    if (typeof name !== 'string') return name;
    const newest = await this.version(name, undefined);
    if (newest === undefined) return undefined;
    if ('unreadable' in newest) return newest;
    if (!this.options.allVersions) {
      const { id, value } = newest.version;
      return withOneValue({ name, tags: newest.tags }, value, { id });
    }
    const versions = await this.olderThan(name, newest);
    return Array.isArray(versions) ? { name, tags: newest.tags, versions } : versions;
  }

  private async olderThan(name: string, newest: ReadVersion): Promise<SourceVersion[] | { name: string; unreadable: string }> {
    const answer = await this.api.send({ path: this.path('metadata', name) });
    if (answer.status === 403) return { name, unreadable: `Vault does not let this token read its versions${said(answer)}.` };
    const { versions } = readAnswer(metadataAnswer, answer, this.title).data;
    const numbers = Object.entries(versions)
      .filter(([, { deletion_time: deleted, destroyed }]) => !deleted && !destroyed)
      .map(([number]) => Number(number))
      .sort((one, other) => one - other);
    const read: SourceVersion[] = [];
    for (const number of numbers) {
      const version = await this.version(name, number);
      if (version === undefined) continue;
      if ('unreadable' in version) return version;
      if (version.version.id !== newest.version.id) read.push(version.version);
    }
    const previous = read.pop();
    if (previous !== undefined) read.push({ ...previous, labels: ['AWSPREVIOUS'] });
    return [...read, { ...newest.version, labels: [AWSCURRENT] }];
  }

  /** Undefined for one that was deleted. */
  private async version(
    name: string,
    version: number | undefined,
  ): Promise<ReadVersion | { name: string; unreadable: string } | undefined> {
    const answer = await this.api.send({
      path: this.path('data', name),
      query: { version: version === undefined ? undefined : `${version}` },
    });
    // Of a version that was deleted, the metadata is left; of a secret that is gone, nothing.
    if (answer.status === 404) return undefined;
    if (answer.status === 403) return { name, unreadable: `Vault does not let this token read it${said(answer)}.` };
    if (answer.status !== 200) throw refusal(this.title, answer);
    const { metadata } = readAnswer(dataAnswer, answer, this.title).data;
    const data = memberOf(memberOf(parseJson(answer.body), 'data'), 'data');
    if (data?.type !== 'object') return undefined;
    return {
      // A secret that was removed whole and written again counts its versions from 1.
      version: {
        id: `${metadata.version} ${metadata.created_time}`,
        value: { secretString: compact(answer.body, data) },
        labels: [],
      },
      tags: new Map(Object.entries(metadata.custom_metadata ?? {})),
    };
  }

  private path(kind: 'data' | 'metadata', name: string): string {
    const part = (text: string) => text.split('/').map(encodeURIComponent).join('/');
    return `/v1/${part(this.options.mount.replace(/^\/|\/$/g, ''))}/${kind}/${part(name)}`;
  }
}

const said = (answer: ApiAnswer): string => {
  const words = wordsOf(answer);
  return words === undefined ? '' : ` (${words})`;
};
