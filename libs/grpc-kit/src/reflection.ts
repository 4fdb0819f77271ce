import { EventEmitter } from 'node:events';
import type { Server, ServiceDefinition } from '@grpc/grpc-js';
import { loadFileDescriptorSetFromBuffer } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { descriptorSet } from '@strongroom/contracts/descriptor-set';
import { bidiStream } from './handler';
import type { ServedService } from './server-options';

type ReflectionHandler = (stream: unknown) => void;

/** grpc.reflection.v1 and v1alpha for these services: their descriptors, and those of what they refer to. */
export function reflection(serviceNames: string[]): ServedService[] {
  const served: ServedService[] = [];
  // @grpc/reflection adds raw handlers to a server. They go through our wrapper instead, which knows who calls.
  const collector = {
    addService(definition: ServiceDefinition, { ServerReflectionInfo: answer }: { ServerReflectionInfo: ReflectionHandler }) {
      served.push({
        definition,
        handlers: {
          ServerReflectionInfo: bidiStream(async (requests, _call, send) => {
            const stream = Object.assign(new EventEmitter(), { write: send, end: () => undefined });
            answer(stream);
            for await (const request of requests) stream.emit('data', request);
          }),
        },
      });
    },
  };
  const packages = loadFileDescriptorSetFromBuffer(Buffer.from(descriptorSet, 'base64'));
  new ReflectionService(packages, { services: serviceNames }).addToServer(collector as unknown as Server);
  return served;
}
