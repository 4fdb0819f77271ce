import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { type sendUnaryData, Server, ServerCredentials, type ServerUnaryCall } from '@grpc/grpc-js';
import {
  GetSecretValueRequest,
  GetSecretValueResponse,
  SecretsServiceService,
} from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import type { CertificateFiles } from '@strongroom/local-cluster';

/** Tells the bundle, which runs by itself, that it is the echo. */
export const ECHO = 'echo';

export interface EchoOptions {
  /** On the loopback interface. */
  port: number;
  tls: CertificateFiles;
  /** The answer to every call: base64 of an encoded GetSecretValueResponse. */
  reply: string;
  /** The same for HTTPS, on a port of its own. */
  https: { port: number; reply: string };
}

/**
 * The yardstick: grpc-js and nothing else. It answers the method that the real service answers, with a message of the same size
 * over the same mutual TLS, so that one client calls both.
 */
export const serveEcho = ({ port, tls, reply, https }: EchoOptions): void => {
  const answer = GetSecretValueResponse.decode(Buffer.from(reply, 'base64'));
  const { path } = SecretsServiceService.getSecretValue;
  const server = new Server({ 'grpc.enable_channelz': 0, 'grpc.max_concurrent_streams': 4_096 });
  server.addService(
    {
      getSecretValue: {
        path,
        requestStream: false,
        responseStream: false,
        requestDeserialize: (bytes: Buffer) => GetSecretValueRequest.decode(bytes),
        responseSerialize: (message: GetSecretValueResponse) => Buffer.from(GetSecretValueResponse.encode(message).finish()),
        requestSerialize: (message: GetSecretValueRequest) => Buffer.from(GetSecretValueRequest.encode(message).finish()),
        responseDeserialize: (bytes: Buffer) => GetSecretValueResponse.decode(bytes),
      },
    },
    {
      getSecretValue: (
        _call: ServerUnaryCall<GetSecretValueRequest, GetSecretValueResponse>,
        callback: sendUnaryData<GetSecretValueResponse>,
      ) => callback(null, answer),
    },
  );
  const credentials = ServerCredentials.createSsl(
    readFileSync(tls.caFile),
    [{ cert_chain: readFileSync(tls.certFile), private_key: readFileSync(tls.keyFile) }],
    true,
  );
  server.bindAsync(`127.0.0.1:${port}`, credentials, (error) => {
    if (error) throw error;
    serveHttps(https, tls, () => console.log('serving'));
  });
};

/** The yardstick of aws-gateway: node:https and nothing else. It reads the request and answers with as many bytes. */
const serveHttps = ({ port, reply }: EchoOptions['https'], tls: CertificateFiles, onServing: () => void): void => {
  const server = createServer({ cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) }, (request, response) => {
    request.resume().once('end', () => {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1', 'content-length': reply.length }).end(reply);
    });
  });
  server.listen(port, '127.0.0.1', onServing);
};
