import { endpointOf } from '@strongroom/config';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { LocalCluster } from '@strongroom/local-cluster';
import { Hash } from '@smithy/hash-node';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Call } from './load';

/** A signature is valid for five minutes; each is reused for this long; milliseconds. */
const SIGNED_FOR = 60_000;

/** A request, and where it goes. */
export interface HttpsCall {
  host: string;
  port: number;
  path: string;
  method: string;
  /** Undefined: the authorities that Node knows. */
  ca?: Buffer;
  headers: () => Promise<Record<string, string>>;
  body: string;
}

/**
 * GetSecretValue as the first administrator, signed. One signature serves many calls, because the server is what we measure, and
 * an SDK takes more CPU for a call than the gateway does.
 */
export const signedGetSecretValue = (cluster: LocalCluster, secretId: string): HttpsCall => {
  const { host, port } = endpointOf(cluster.endpoint('aws-gateway'));
  const body = JSON.stringify({ SecretId: secretId });
  const signer = new SignatureV4({
    service: 'secretsmanager',
    region: cluster.region,
    credentials: cluster.adminCredentials,
    sha256: Hash.bind(null, 'sha256'),
  });
  let signed: { headers: Promise<Record<string, string>>; until: number } | undefined;
  const sign = async (): Promise<Record<string, string>> => {
    const { headers } = await signer.sign({
      method: 'POST',
      protocol: 'https:',
      hostname: host,
      port: Number(port),
      path: '/',
      headers: {
        host: `${host}:${port}`,
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'secretsmanager.GetSecretValue',
      },
      body,
    });
    return { ...headers, 'content-length': String(body.length) };
  };
  return {
    host,
    port: Number(port),
    path: '/',
    method: 'POST',
    ca: readFileSync(cluster.adminCertificate.caFile),
    body,
    headers: () => {
      if (!signed || signed.until < Date.now()) signed = { headers: sign(), until: Date.now() + SIGNED_FOR };
      return signed.headers;
    },
  };
};

export interface HttpsCaller {
  call: Call;
  close(): void;
}

/** Bytes of the body that the gateway answers with. */
export const lengthOfAnswer = async (signed: HttpsCall): Promise<number> => {
  const agent = new Agent({ ca: signed.ca });
  const { length } = await send(signed, signed.port, agent);
  agent.destroy();
  return length;
};

/** Sends it over HTTP/1.1, on connections that stay open, one for each call in flight, to its own port or another. */
export const httpsCall = (signed: HttpsCall, port = signed.port): HttpsCaller => {
  const agent = new Agent({ keepAlive: true, ca: signed.ca, maxSockets: 1_024 });
  return { call: () => send(signed, port, agent).then(() => 1), close: () => agent.destroy() };
};

const send = async ({ host, path, method, headers, body }: HttpsCall, port: number, agent: Agent): Promise<string> => {
  const sent = request({ host, port, method, path, agent, headers: await headers() });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
  if (response.statusCode! >= 300) throw new Error(`${response.statusCode} ${text.slice(0, 200)}`);
  return text;
};
