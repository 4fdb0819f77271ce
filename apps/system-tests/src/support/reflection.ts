import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { credentials, type GrpcObject, loadPackageDefinition, Metadata, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadFileDescriptorSetFromBuffer, loadSync } from '@grpc/proto-loader';

const descend = (tree: GrpcObject, name: string): ServiceClientConstructor =>
  name.split('.').reduce<unknown>((node, part) => (node as GrpcObject)[part], tree) as ServiceClientConstructor;

const protoOf = (version: string) =>
  join(require.resolve('@grpc/reflection'), '../../proto/grpc/reflection', version, 'reflection.proto');

export interface ReflectionAnswer {
  list_services_response?: { service: { name: string }[] };
  file_descriptor_response?: { file_descriptor_proto: Buffer[] };
  error_response?: { error_message: string };
}

export const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  return Buffer.from([...bytes, value]);
};

/** One who knows nothing of a server but its address, the CA and a token, as grpcurl does with `-cacert` and `-H 'authorization: …'`. */
export class ReflectingCaller {
  /** @param token none when it is absent */
  constructor(
    private readonly caFile: string,
    private readonly token?: string,
  ) {}

  /** Without a certificate. */
  get channel() {
    return credentials.createSsl(readFileSync(this.caFile));
  }

  reflect(address: string, request: object, version = 'v1'): Promise<ReflectionAnswer> {
    const protocol = loadPackageDefinition(loadSync(protoOf(version), { keepCase: true, arrays: true }));
    const client = new (descend(protocol, `grpc.reflection.${version}.ServerReflection`))(address, this.channel);
    return new Promise<ReflectionAnswer>((resolve, reject) => {
      const stream = client.ServerReflectionInfo!(this.metadata);
      stream.on('data', resolve);
      stream.on('error', reject);
      stream.write(request);
      stream.end();
    }).finally(() => client.close());
  }

  /** Calls `package.Service/Method` with a request in the contract's own field names. */
  async call(address: string, method: string, request: object): Promise<Record<string, unknown>> {
    const [symbol, name] = method.split('/') as [string, string];
    const { file_descriptor_response: files } = await this.reflect(address, { file_containing_symbol: symbol });
    // A FileDescriptorSet is one field: repeated, number 1, of length type.
    const set = files!.file_descriptor_proto.flatMap((bytes) => [Buffer.from([0x0a]), varint(bytes.length), bytes]);
    const contract = loadPackageDefinition(loadFileDescriptorSetFromBuffer(Buffer.concat(set), { keepCase: true, arrays: true }));
    const client = new (descend(contract, symbol))(address, this.channel);
    return new Promise<Record<string, unknown>>((resolve, reject) =>
      client[name]!(request, this.metadata, (error: Error | null, response: Record<string, unknown>) =>
        error ? reject(error) : resolve(response),
      ),
    ).finally(() => client.close());
  }

  private get metadata(): Metadata {
    const metadata = new Metadata();
    if (this.token !== undefined) metadata.set('authorization', `Bearer ${this.token}`);
    return metadata;
  }
}
