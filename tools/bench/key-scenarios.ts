import {
  CreateKeyRequest,
  DataKeySpec,
  DecryptRequest,
  GenerateDataKeyRequest,
  KeyServiceClient,
  SignRequest,
} from '@strongroom/contracts/strongroom/keys/v1/keys';
import { callUnary, connect } from '@strongroom/grpc-kit';
import type { LocalCluster } from '@strongroom/local-cluster';
import type { Measurable } from './measure';

const MESSAGE = Buffer.alloc(256, 'a message of 256 bytes');
const OPTIONS = { timeoutMs: 30_000 };

export interface KeyScenarios {
  scenarios: Measurable[];
  close(): void;
}

/** Calls of the key service by gRPC, with keys made for it: each call is authorised and audited by itself. */
export const keyScenarios = async (cluster: LocalCluster): Promise<KeyScenarios> => {
  const { adminCertificate: tls } = cluster;
  const keys = connect(KeyServiceClient, { address: cluster.endpoint('crypto-keyservice'), tls, service: 'bench' });
  const create = async (keySpec: string, keyUsage: string): Promise<string> => {
    const request = CreateKeyRequest.fromPartial({ keySpec, keyUsage });
    return (await callUnary(keys.createKey.bind(keys), request, OPTIONS)).keyMetadata!.keyId;
  };
  const keyId = await create('SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT');
  const encryptionContext = { SecretVersionId: '11111111-2222-3333-4444-555555555555' };
  const dataKey = GenerateDataKeyRequest.fromPartial({ keyId, keySpec: DataKeySpec.AES_256, encryptionContext });
  const generate = () => callUnary(keys.generateDataKey.bind(keys), dataKey, OPTIONS);
  const blob = DecryptRequest.fromPartial({ ciphertextBlob: (await generate()).ciphertextBlob, encryptionContext });
  const signing = async (keySpec: string, signingAlgorithm: string) => {
    const request = SignRequest.fromPartial({ keyId: await create(keySpec, 'SIGN_VERIFY'), message: MESSAGE, signingAlgorithm });
    return { name: `Sign, ${keySpec}`, run: () => callUnary(keys.sign.bind(keys), request, OPTIONS) };
  };
  const deeds = [
    { name: 'GenerateDataKey', run: generate },
    { name: 'Decrypt', run: () => callUnary(keys.decrypt.bind(keys), blob, OPTIONS) },
    await signing('RSA_2048', 'RSASSA_PSS_SHA_256'),
    await signing('ECC_NIST_P256', 'ECDSA_SHA_256'),
  ];
  const scenarios = deeds.flatMap(({ name, run }) => {
    const call = async (): Promise<number> => (await run(), 1);
    return [1, 8, 64, 256].map((inFlight) => ({ name, inFlight, call }));
  });
  return { scenarios, close: () => keys.close() };
};
