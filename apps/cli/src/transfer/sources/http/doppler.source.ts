import { z } from 'zod';
import { type Source, type SourceItem, withOneValue } from '../../source';
import { readAnswer } from './answers';
import { ApiClient, type ApiOptions } from './api-client';

export interface DopplerOptions extends Pick<ApiOptions, 'address' | 'caFile' | 'signal'> {
  token: string;
  /** Not needed with a service token, which is for one config. */
  project?: string;
  /** Default: every config of the project, whose name is then part of the secrets' names; with a service token, its config. */
  config?: string;
}

const PAGE = 100;
/** Doppler's own, about the config itself. */
const OWN: ReadonlySet<string> = new Set(['DOPPLER_PROJECT', 'DOPPLER_ENVIRONMENT', 'DOPPLER_CONFIG']);

const configsAnswer = z.object({ configs: z.array(z.object({ name: z.string() })) });
const secretsAnswer = z.object({
  secrets: z.record(z.string(), z.object({ computed: z.string().nullish(), note: z.string().nullish() })),
});

/** The secrets of a config of Doppler, or of all configs of a project, with references to others resolved. */
export class DopplerSource implements Source {
  readonly id: string;
  readonly title: string;
  private readonly api: ApiClient;

  constructor(private readonly options: DopplerOptions) {
    const { token, project = '', config = '' } = options;
    this.api = new ApiClient({
      ...options,
      addressFrom: '--address (DOPPLER_API_HOST)',
      headers: { authorization: `Bearer ${token}` },
    });
    this.id = `doppler ${this.api.origin} ${project} ${config}`;
    this.title = `Doppler at ${this.api.origin}`;
  }

  async *secrets(wanted: (name: string) => boolean): AsyncGenerator<SourceItem, void> {
    const { project, config } = this.options;
    if (project === undefined || config !== undefined) {
      yield* this.ofConfig(config, '', wanted);
      return;
    }
    for await (const name of this.configs(project)) yield* this.ofConfig(name, `${name}/`, wanted);
  }

  close(): void {
    this.api.close();
  }

  private async *configs(project: string): AsyncGenerator<string, void> {
    for (let page = 1; ; page++) {
      const answer = await this.api.send({ path: '/v3/configs', query: { project, page: `${page}`, per_page: `${PAGE}` } });
      const { configs } = readAnswer(configsAnswer, answer, this.title);
      for (const { name } of configs) yield name;
      if (configs.length < PAGE) return;
    }
  }

  private async *ofConfig(
    config: string | undefined,
    prefix: string,
    wanted: (name: string) => boolean,
  ): AsyncGenerator<SourceItem, void> {
    const { project } = this.options;
    const answer = await this.api.send({ path: '/v3/configs/config/secrets', query: { project, config } });
    for (const [key, { computed, note }] of Object.entries(readAnswer(secretsAnswer, answer, this.title).secrets)) {
      const name = prefix + key;
      if (OWN.has(key) || !wanted(name)) continue;
      if (typeof computed === 'string') yield withOneValue({ name, description: note || undefined }, { secretString: computed });
      else yield { name, unreadable: 'Doppler does not show its value: it is restricted.' };
    }
  }
}
