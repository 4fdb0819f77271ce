import { status as Code } from '@grpc/grpc-js';
import {
  type ServerReflectionRequest,
  type ServerReflectionResponse,
  ServerReflectionService,
} from '@strongroom/contracts/grpc/reflection/v1/reflection';
import { ServerReflectionService as ServerReflectionServiceAlpha } from '@strongroom/contracts/grpc/reflection/v1alpha/reflection';
import type { Descriptors } from './descriptors';
import { bidiStream } from './handler';
import type { ServedService } from './server-options';

/** The two names of the protocol: newer clients use the first, older ones the second. Their messages are the same. */
const definitions = [ServerReflectionService, ServerReflectionServiceAlpha];
export const reflectionNames = ['grpc.reflection.v1.ServerReflection', 'grpc.reflection.v1alpha.ServerReflection'];

/** The length of a requested name that an error repeats. Characters. */
const MAX_NAME = 200;

type Answer = ServerReflectionResponse['messageResponse'];

/** Read when somebody asks: few servers are ever asked, and to read all contracts is a twentieth of a server's start. */
async function readDescriptors(): Promise<Descriptors> {
  const { Descriptors } = await import('./descriptors');
  const { descriptorSet } = await import('@strongroom/contracts/descriptor-set');
  return new Descriptors(Buffer.from(descriptorSet, 'base64'));
}

/** Answers questions about the server itself. */
export class Reflection {
  private descriptors?: Promise<Descriptors>;

  /** @param serviceNames in full: what is listed; everything in the contracts is described */
  constructor(private readonly serviceNames: readonly string[]) {}

  served(): ServedService[] {
    return definitions.map((definition) => ({
      definition,
      handlers: {
        serverReflectionInfo: bidiStream(
          async (requests: AsyncIterable<ServerReflectionRequest>, _call, send: (response: ServerReflectionResponse) => void) => {
            for await (const request of requests) {
              send({ validHost: request.host, originalRequest: request, messageResponse: await this.answer(request) });
            }
          },
        ),
      },
    }));
  }

  private async answer({ messageRequest: asked }: ServerReflectionRequest): Promise<Answer> {
    if (asked === undefined) return error(Code.INVALID_ARGUMENT, 'message_request must be set');
    if (asked.$case === 'listServices') {
      return { $case: 'listServicesResponse', value: { service: this.serviceNames.map((name) => ({ name })) } };
    }
    const descriptors = await (this.descriptors ??= readDescriptors());
    switch (asked.$case) {
      case 'fileByFilename':
        return files(descriptors.file(asked.value), asked.value);
      case 'fileContainingSymbol':
        return files(descriptors.fileOf(asked.value), asked.value);
      case 'fileContainingExtension': {
        const { containingType, extensionNumber } = asked.value;
        return files(descriptors.fileOfExtension(containingType, extensionNumber), `${containingType} ${extensionNumber}`);
      }
      case 'allExtensionNumbersOfType': {
        const extensionNumber = descriptors.extensionNumbers(asked.value);
        if (extensionNumber === undefined) return notFound(asked.value);
        return { $case: 'allExtensionNumbersResponse', value: { baseTypeName: asked.value, extensionNumber } };
      }
    }
  }
}

const files = (fileDescriptorProto: Uint8Array[] | undefined, name: string): Answer =>
  fileDescriptorProto === undefined
    ? notFound(name)
    : { $case: 'fileDescriptorResponse', value: { fileDescriptorProto: fileDescriptorProto.map((bytes) => Buffer.from(bytes)) } };

const notFound = (name: string): Answer => error(Code.NOT_FOUND, `the contracts have no ${name.slice(0, MAX_NAME)}`);

const error = (errorCode: Code, errorMessage: string): Answer => ({ $case: 'errorResponse', value: { errorCode, errorMessage } });
