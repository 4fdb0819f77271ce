import { readFileSync } from 'node:fs';
import { type CallOptions, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import {
  type CreateSignInLinkResponse,
  type GetSessionTokenResponse,
  IdentityServiceClient,
  TokenServiceClient,
} from '@strongroom/contracts/strongroom/identity/v1/identity';
import type { CertificateFiles } from '../pki/certificate-authority';

/** How long identity-service may take to answer; milliseconds. */
const PATIENCE = 10_000;

/** What each call takes after its request. */
type Rest<Response> = [
  metadata: Metadata,
  options: Partial<CallOptions>,
  done: (error: ServiceError | null, response: Response) => void,
];
type Client = InstanceType<typeof IdentityServiceClient | typeof TokenServiceClient>;

/** One call of identity-service by the holder of a client certificate. */
async function ask<C extends Client, Response>(
  Contract: new (...args: ConstructorParameters<typeof TokenServiceClient>) => C,
  identityAddress: string,
  tls: CertificateFiles,
  call: (client: C, ...rest: Rest<Response>) => unknown,
): Promise<Response> {
  const [ca, key, certificate] = [tls.caFile, tls.keyFile, tls.certFile].map((file) => readFileSync(file));
  // Of several processes the first that is there.
  const target = identityAddress.includes(',') ? `ipv4:${identityAddress}` : identityAddress;
  const client = new Contract(target, credentials.createSsl(ca, key, certificate), {
    'grpc.enable_http_proxy': 0,
    'grpc.use_local_subchannel_pool': 1,
    // Node takes no address for a name, and each certificate has this one.
    ...(identityAddress.startsWith('127.0.0.1:') ? { 'grpc.ssl_target_name_override': 'localhost' } : {}),
  });
  try {
    return await new Promise<Response>((resolve, reject) =>
      call(client, new Metadata(), { deadline: Date.now() + PATIENCE }, (error, reply) =>
        error ? reject(error) : resolve(reply),
      ),
    );
  } finally {
    client.close();
  }
}

/** A session token for the holder of a client certificate, valid for 36 hours. */
export async function obtainSessionToken(identityAddress: string, tls: CertificateFiles): Promise<string> {
  const request = { durationSeconds: 129_600, accessKey: undefined, serialNumber: '', tokenCode: '' };
  const call = (client: TokenServiceClient, ...[metadata, options, done]: Rest<GetSessionTokenResponse>) =>
    client.getSessionToken(request, metadata, options, done);
  return (await ask(TokenServiceClient, identityAddress, tls, call)).credentials!.sessionToken;
}

/** Signs the holder of a client certificate in to the console, once, within five minutes: for the fragment of its address. */
export async function obtainSignInToken(identityAddress: string, tls: CertificateFiles): Promise<string> {
  const call = (client: IdentityServiceClient, ...[metadata, options, done]: Rest<CreateSignInLinkResponse>) =>
    client.createSignInLink({ userName: '' }, metadata, options, done);
  return (await ask(IdentityServiceClient, identityAddress, tls, call)).token;
}
