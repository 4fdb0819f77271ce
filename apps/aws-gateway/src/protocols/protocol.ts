import type { AwsError } from '../aws-error';
import type { AwsService } from '../gateway/services';
import type { WireHead, WireRequest, WireResponse } from '../http/request';
import type { Structure } from '../model/shapes';
import type { Operation } from '../operations/operation';

/** What a request asks for. */
export interface Asked {
  service: AwsService;
  name: string;
  operation: Operation;
}

/** The operation that a request asks for, and its input. */
export interface Question extends Asked {
  /** @throws AwsError SerializationException */
  input(): Structure;
}

/** A protocol of AWS over HTTP. */
export interface Protocol {
  kind: AwsService['protocol'];
  /** The bytes of an unsigned request's body that are read. 0 if every operation needs a signature. */
  unsignedBody: number;
  speaks(head: WireHead): boolean;
  /**
   * The operation that the headers of a request name; undefined if the body names it.
   * @throws AwsError UnknownOperationException
   */
  announced(head: WireHead): Asked | undefined;
  /** @throws AwsError UnknownOperationException */
  read(request: WireRequest, announced: Asked | undefined): Question;
  succeed(asked: Asked, value: Structure, requestId: string): WireResponse;
  fail(error: AwsError, service: AwsService | undefined, requestId: string): WireResponse;
}
