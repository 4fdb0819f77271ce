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

/** What a request asks for, and with what. */
export interface Question extends Asked {
  /** @throws AwsError SerializationException */
  input(): Structure;
}

/** A way in which AWS's services speak HTTP. */
export interface Protocol {
  kind: AwsService['protocol'];
  /** Bytes of a request's body that are read when nobody signed it. 0: nothing can be asked for without a signature. */
  unsignedBody: number;
  speaks(head: WireHead): boolean;
  /**
   * What the head of a request alone says is asked for; undefined where it is in the body.
   *
   * @throws AwsError UnknownOperationException
   */
  announced(head: WireHead): Asked | undefined;
  /** @throws AwsError UnknownOperationException */
  read(request: WireRequest, announced: Asked | undefined): Question;
  succeed(asked: Asked, value: Structure, requestId: string): WireResponse;
  fail(error: AwsError, service: AwsService | undefined, requestId: string): WireResponse;
}
