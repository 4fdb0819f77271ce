import { RotationFunctionServiceService, RotationStep } from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import type { InvokeStepRequest, InvokeStepResponse } from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { unauthenticated } from '@strongroom/errors';
import { createServer, type RunningServer, type TlsFiles, unary } from '@strongroom/grpc-kit';
import { createLogger, type Logger, Metrics } from '@strongroom/telemetry';
import type { ApiKeyRotation } from './api-key-rotation';

const steps: Partial<Record<RotationStep, string>> = {
  [RotationStep.CREATE_SECRET]: 'createSecret',
  [RotationStep.SET_SECRET]: 'setSecret',
  [RotationStep.TEST_SECRET]: 'testSecret',
  [RotationStep.FINISH_SECRET]: 'finishSecret',
};

/**
 * A rotation function as a gRPC service. It answers rotation-worker and nobody else, over mutual TLS. Register it with
 *
 *     RegisterRotationFunction { function_name: "rotate-api-key", grpc: { address: "functions.example:7000" } }
 */
export const serveGrpcFunction = (
  rotation: ApiKeyRotation,
  { listen, tls, trustDomain, logger }: { listen: string; tls: TlsFiles; trustDomain: string; logger?: Logger },
): Promise<RunningServer> =>
  createServer({
    service: 'api-key-function',
    listen,
    tls,
    trustDomain,
    services: [
      {
        definition: RotationFunctionServiceService,
        handlers: {
          invokeStep: unary<InvokeStepRequest, InvokeStepResponse>(async ({ step, secretId, clientRequestToken }) => {
            await rotation.run({ step: steps[step] ?? '', secretId, clientRequestToken });
            return {};
          }),
        },
      },
    ],
    peerPolicy: {
      '/strongroom.rotation.v1.RotationFunctionService/InvokeStep': { callers: 'none', services: ['rotation-worker'] },
    },
    authenticate: () => Promise.reject(unauthenticated('Only rotation-worker may call this.')),
    logger: logger ?? createLogger({ service: 'api-key-function', level: 'warn' }),
    metrics: new Metrics({ service: 'api-key-function' }),
  });
