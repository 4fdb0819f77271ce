import { Hash } from '@smithy/hash-node';
import { SignatureV4 } from '@smithy/signature-v4';
import { CliError, usageError } from '../../../cli-error';
import { EXIT } from '../../../exit-code';
import type { ApiAnswer, ApiClient, ApiRequest } from '../../../transfer/sources/http/api-client';
import type { ExportPlace } from './export-place';

export interface Bucket {
  bucket: string;
  /** Before every name; '' or ending in a slash. */
  prefix: string;
}

/** Reads `s3://bucket/prefix`. Undefined for what is not an address of S3. @throws CliError for a broken one */
export const parseBucket = (destination: string): Bucket | undefined => {
  if (!destination.startsWith('s3://')) return undefined;
  const [, bucket, rest = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(destination) ?? [];
  if (bucket === undefined) throw usageError(`${destination} must have the form s3://bucket or s3://bucket/prefix.`);
  return { bucket, prefix: rest === '' || rest.endsWith('/') ? rest : `${rest}/` };
};

/** A bucket of S3, or of a server like it. AWS's own client weighs megabytes for the two operations that are needed. */
export class S3Place implements ExportPlace {
  readonly title: string;
  private readonly signer: SignatureV4;

  constructor(
    private readonly api: ApiClient,
    private readonly at: Bucket,
    { credentials, region }: Pick<ConstructorParameters<typeof SignatureV4>[0], 'credentials' | 'region'>,
    private readonly release: () => void = () => {},
  ) {
    this.title = `s3://${at.bucket}/${at.prefix}`;
    this.signer = new SignatureV4({
      credentials,
      region,
      service: 's3',
      uriEscapePath: false,
      sha256: Hash.bind(null, 'sha256'),
    });
  }

  async read(name: string): Promise<string | undefined> {
    const answer = await this.api.send(() => this.request('GET', name));
    if (answer.status === 404 && codeOf(answer) !== 'NoSuchBucket') return undefined;
    return this.checked(answer).body;
  }

  async write(name: string, content: Uint8Array): Promise<void> {
    this.checked(await this.api.send(() => this.request('PUT', name, content)));
  }

  close(): void {
    this.api.close();
    this.release();
  }

  private checked(answer: ApiAnswer): ApiAnswer {
    const { status } = answer;
    if (status >= 200 && status < 300) return answer;
    const why = codeOf(answer) ?? `it answers with ${status}`;
    throw new CliError(`${this.title}: ${why}.`, {
      exitCode: status === 401 || status === 403 ? EXIT.refused : status === 404 ? EXIT.notFound : EXIT.failure,
    });
  }

  private async request(method: 'GET' | 'PUT', name: string, body?: Uint8Array): Promise<ApiRequest> {
    const { hostname, host, protocol, port } = new URL(this.api.origin);
    const path = ['', this.at.bucket, ...`${this.at.prefix}${name}`.split('/')].map(encodeURIComponent).join('/');
    const { headers } = await this.signer.sign({
      method,
      protocol,
      hostname,
      port: port === '' ? undefined : Number(port),
      path,
      query: {},
      headers: { host, ...(body && { 'content-type': 'application/octet-stream' }) },
      body,
    });
    return { method, path, headers, body };
  }
}

/** The name of an error of S3, such as NoSuchBucket; its texts are for people, and long. */
const codeOf = ({ body }: ApiAnswer): string | undefined => /<Code>(\w{1,64})<\/Code>/.exec(body)?.[1];
