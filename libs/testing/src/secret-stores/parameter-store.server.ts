import { createHash, createHmac } from 'node:crypto';
import { type StandInAnswer, type StandInRequest, StandInServer } from './stand-in.server';

interface Parameter {
  Description?: string;
  KeyId?: string;
  tags: Record<string, string>;
  versions: { Value: string; Labels: string[] }[];
}

/** Plays the operations of AWS Systems Manager that read parameters, for one access key whose signatures it checks. */
export class ParameterStoreServer extends StandInServer {
  private readonly parameters = new Map<string, Parameter>();

  constructor(private readonly credentials: { accessKeyId: string; secretAccessKey: string; region: string }) {
    super();
  }

  /** Adds a version. */
  put(
    name: string,
    Value: string,
    {
      tags = {},
      Labels = [],
      ...more
    }: { Description?: string; KeyId?: string; tags?: Record<string, string>; Labels?: string[] } = {},
  ): void {
    const parameter = this.parameters.get(name) ?? { tags, versions: [], ...more };
    parameter.versions.push({ Value, Labels });
    this.parameters.set(name, parameter);
  }

  protected answer(request: StandInRequest): StandInAnswer {
    if (!this.isSigned(request)) {
      return { status: 400, body: { __type: 'InvalidSignatureException', message: 'The request signature does not match.' } };
    }
    const input = JSON.parse(request.body) as Record<string, unknown>;
    const operation = String(request.headers['x-amz-target']).replace('AmazonSSM.', '');
    switch (operation) {
      case 'DescribeParameters':
        return this.describe(input);
      case 'GetParameters':
        return this.get(input as { Names: string[]; WithDecryption: boolean });
      case 'GetParameterHistory':
        return this.history(input as { Name: string });
      case 'ListTagsForResource': {
        const { tags } = this.parameters.get(String(input['ResourceId']))!;
        return { status: 200, body: { TagList: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) } };
      }
      default:
        return { status: 400, body: { __type: 'UnknownOperationException' } };
    }
  }

  private describe(input: Record<string, unknown>): StandInAnswer {
    const [filter] = (input['ParameterFilters'] ?? []) as { Values: string[] }[];
    const names = [...this.parameters.keys()].sort().filter((name) => name.startsWith(filter?.Values[0] ?? ''));
    const from = Number(input['NextToken'] ?? 0);
    const to = from + Number(input['MaxResults'] ?? 10);
    const Parameters = names.slice(from, to).map((Name) => {
      const { Description, KeyId, versions } = this.parameters.get(Name)!;
      return { Name, Description, KeyId, Type: 'SecureString', Version: versions.length };
    });
    return { status: 200, body: { Parameters, ...(to < names.length && { NextToken: String(to) }) } };
  }

  private get({ Names, WithDecryption }: { Names: string[]; WithDecryption: boolean }): StandInAnswer {
    if (Names.length > 10 || !WithDecryption)
      return { status: 400, body: { __type: 'ValidationException', message: 'at most 10' } };
    const Parameters = Names.flatMap((Name) => {
      const versions = this.parameters.get(Name)?.versions;
      return versions === undefined ? [] : [{ Name, Value: versions.at(-1)!.Value, Version: versions.length }];
    });
    return { status: 200, body: { Parameters, InvalidParameters: Names.filter((name) => !this.parameters.has(name)) } };
  }

  private history({ Name }: { Name: string }): StandInAnswer {
    const { versions } = this.parameters.get(Name)!;
    return { status: 200, body: { Parameters: versions.map((version, index) => ({ Name, Version: index + 1, ...version })) } };
  }

  /** AWS's signature, version 4, computed from its description and not with the package that the caller uses. */
  private isSigned({ method, path, headers, body }: StandInRequest): boolean {
    const { accessKeyId, secretAccessKey, region } = this.credentials;
    const [, credential, signedHeaders, signature] =
      /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
        headers.authorization ?? '',
      ) ?? [];
    const date = String(headers['x-amz-date']);
    const scope = `${date.slice(0, 8)}/${region}/ssm/aws4_request`;
    if (credential !== `${accessKeyId}/${scope}`) return false;
    const canonical = [
      method,
      path,
      '',
      ...signedHeaders!.split(';').map((name) => `${name}:${String(headers[name]).trim()}`),
      '',
      signedHeaders,
      createHash('sha256').update(body).digest('hex'),
    ].join('\n');
    const toSign = ['AWS4-HMAC-SHA256', date, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
    const key = scope
      .split('/')
      .reduce<string | Buffer>((secret, part) => createHmac('sha256', secret).update(part).digest(), `AWS4${secretAccessKey}`);
    return createHmac('sha256', key).update(toSign).digest('hex') === signature;
  }
}
