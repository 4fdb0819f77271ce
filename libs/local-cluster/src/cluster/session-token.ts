import { readFileSync } from 'node:fs';
import { credentials, Metadata } from '@grpc/grpc-js';
import { type GetSessionTokenResponse, TokenServiceClient } from '@strongroom/contracts/strongroom/identity/v1/identity';
import type { CertificateFiles } from '../pki/certificate-authority';

/** A session token for the holder of a client certificate, valid for 36 hours. */
export async function obtainSessionToken(identityAddress: string, tls: CertificateFiles): Promise<string> {
  const [ca, key, certificate] = [tls.caFile, tls.keyFile, tls.certFile].map((file) => readFileSync(file));
  const client = new TokenServiceClient(identityAddress, credentials.createSsl(ca, key, certificate), {
    'grpc.enable_http_proxy': 0,
    'grpc.use_local_subchannel_pool': 1,
  });
  try {
    const response = await new Promise<GetSessionTokenResponse>((resolve, reject) =>
      client.getSessionToken(
        { durationSeconds: 129_600, accessKey: undefined, serialNumber: '', tokenCode: '' },
        new Metadata(),
        { deadline: Date.now() + 10_000 },
        (error, reply) => (error ? reject(error) : resolve(reply)),
      ),
    );
    return response.credentials!.sessionToken;
  } finally {
    client.close();
  }
}
