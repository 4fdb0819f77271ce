import { z } from 'zod';
import { type Source, type SourceItem, withOneValue } from '../../source';
import { readAnswer } from './answers';
import { type ApiAnswer, ApiClient, type ApiOptions } from './api-client';

/** A token, or the credential of a machine identity (universal auth). */
export type InfisicalCredential = { token: string } | { clientId: string; clientSecret: string };

export interface InfisicalOptions extends Pick<ApiOptions, 'address' | 'caFile' | 'signal'> {
  credential: InfisicalCredential;
  projectId: string;
  /** Its slug, such as `prod`. */
  environment: string;
  /** Only secrets in and below this folder. */
  folder: string;
}

const loginAnswer = z.object({ accessToken: z.string() });
const listAnswer = z.object({
  secrets: z.array(
    z.object({
      id: z.string(),
      version: z.number(),
      secretKey: z.string(),
      secretValue: z.string().optional(),
      secretValueHidden: z.boolean().optional(),
      secretComment: z.string().nullish(),
      secretPath: z.string().optional(),
      secretMetadata: z.array(z.object({ key: z.string(), value: z.string() })).nullish(),
      tags: z.array(z.object({ slug: z.string() })).nullish(),
    }),
  ),
});

/** The secrets of one environment of a project of Infisical, with references to others resolved. */
export class InfisicalSource implements Source {
  readonly id: string;
  readonly title: string;
  private readonly api: ApiClient;
  private token: string | undefined;

  constructor(private readonly options: InfisicalOptions) {
    this.api = new ApiClient({ ...options, addressFrom: '--address (INFISICAL_API_URL)' });
    this.id = `infisical ${this.api.origin} ${options.projectId} ${options.environment}`;
    this.title = `Infisical at ${this.api.origin}, environment ${options.environment}`;
  }

  async *secrets(wanted: (name: string) => boolean): AsyncGenerator<SourceItem, void> {
    const answer = await this.list();
    for (const secret of readAnswer(listAnswer, answer, this.title).secrets) {
      const folder = (secret.secretPath ?? this.options.folder).replace(/^\/+|\/+$/g, '');
      const name = folder === '' ? secret.secretKey : `${folder}/${secret.secretKey}`;
      if (!wanted(name)) continue;
      if (secret.secretValueHidden || secret.secretValue === undefined) {
        yield { name, unreadable: 'Infisical does not let this identity see its value.' };
        continue;
      }
      const tags = new Map((secret.tags ?? []).map(({ slug }) => [slug, '']));
      for (const { key, value } of secret.secretMetadata ?? []) tags.set(key, value);
      const description = secret.secretComment || undefined;
      yield withOneValue(
        { name, description, tags },
        { secretString: secret.secretValue },
        { id: `${secret.id} ${secret.version}` },
      );
    }
  }

  close(): void {
    this.api.close();
  }

  /** Servers from before version 4 of the endpoint know version 3, under which a project is a workspace. */
  private async list(): Promise<ApiAnswer> {
    const { projectId, environment, folder } = this.options;
    this.token ??= await this.login();
    const headers = { authorization: `Bearer ${this.token}` };
    const query = { environment, secretPath: folder, recursive: 'true', expandSecretReferences: 'true' };
    const answer = await this.api.send({ path: '/api/v4/secrets', query: { ...query, projectId }, headers });
    if (answer.status !== 404 || !/route/i.test(answer.body)) return answer;
    return this.api.send({ path: '/api/v3/secrets/raw', query: { ...query, workspaceId: projectId }, headers });
  }

  private async login(): Promise<string> {
    const { credential } = this.options;
    if ('token' in credential) return credential.token;
    const answer = await this.api.send({
      method: 'POST',
      path: '/api/v1/auth/universal-auth/login',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(credential),
    });
    return readAnswer(loginAnswer, answer, this.title).accessToken;
  }
}
