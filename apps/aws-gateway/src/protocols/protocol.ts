import { type AwsError } from '../aws-error';
import { type AwsService } from '../gateway/services';
import { type WireRequest, type WireResponse } from '../http/request';
import { type Structure, type StructureShape } from '../model/shapes';
import { type Operation } from '../operations/operation';
import { jsonProtocol } from './json.protocol';
import { queryProtocol } from './query.protocol';

/** What a request asks for. */
export interface Asked {
  service: AwsService;
  name: string;
  operation: Operation;
}

/** A way in which AWS's services speak HTTP. */
export interface Protocol {
  kind: AwsService['protocol'];
  speaks(request: WireRequest): boolean;
  /** @throws AwsError UnknownOperationException */
  find(request: WireRequest): Asked;
  /** @throws AwsError SerializationException */
  read(shape: StructureShape, request: WireRequest): Structure;
  succeed(asked: Asked, value: Structure, requestId: string): WireResponse;
  fail(error: AwsError, service: AwsService | undefined, requestId: string): WireResponse;
}

/** The first that speaks a request answers it. */
export const protocols: readonly Protocol[] = [queryProtocol, jsonProtocol];
