import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Hash } from '@smithy/hash-node';
import { SignatureV4 } from '@smithy/signature-v4';
import type { z } from 'zod';
import type { ApiAnswer, ApiClient, ApiRequest } from '../http/api-client';
import { readAnswer } from '../http/answers';

/** Calls AWS Systems Manager. Its own client weighs megabytes for the four operations that are needed. */
export class SsmClient {
  private readonly signer: SignatureV4;

  /** @param aws gives credentials and the region */
  constructor(
    private readonly api: ApiClient,
    private readonly title: string,
    { config }: SecretsManagerClient,
  ) {
    this.signer = new SignatureV4({
      credentials: config.credentials,
      region: config.region,
      service: 'ssm',
      sha256: Hash.bind(null, 'sha256'),
    });
  }

  /** @throws CliError */
  async call<T>(operation: string, input: object, schema: z.ZodType<T>): Promise<T> {
    return readAnswer(schema, await this.api.send(() => this.request(operation, input)), this.title);
  }

  private async request(operation: string, input: object): Promise<ApiRequest> {
    const { hostname, host, protocol, port } = new URL(this.api.origin);
    const signed = await this.signer.sign({
      method: 'POST',
      protocol,
      hostname,
      port: port === '' ? undefined : Number(port),
      path: '/',
      query: {},
      headers: { host, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AmazonSSM.${operation}` },
      body: JSON.stringify(input),
    });
    return { method: 'POST', path: '/', headers: signed.headers, body: signed.body as string };
  }
}

/** AWS tells a caller that is too fast so with the status of a wrong request. */
export const isThrottled = ({ status, body }: ApiAnswer): boolean =>
  status === 400 && /"__type"\s*:\s*"[^"]*(ThrottlingException|TooManyRequests|TooManyUpdates)/.test(body);
