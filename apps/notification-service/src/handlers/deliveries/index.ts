import type { Authorizer, Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import {
  DeliveryState,
  type DeliverySummary,
  type ListDeliveriesRequest,
  type ListDeliveriesResponse,
  type RedriveDeliveryRequest,
  type RedriveDeliveryResponse,
} from '@strongroom/contracts/strongroom/notification/v1/deliveries';
import { resourceNotFound } from '@strongroom/errors';
import { readNextToken, writeNextToken } from '@strongroom/field-rules';
import { served, unary } from '@strongroom/grpc-kit';
import { deliveryService } from '@strongroom/methods';
import type { DeliveryLedger, DeliveryStatus, LedgerState } from '../../domain/delivery-ledger.port';
import { invalid } from '../../domain/rules/rule';
import { requireLimit } from '../limits';

/** What handlers of deliveries work with; `server.ts` makes it. */
export interface DeliveryDependencies {
  authorizer: Authorizer;
  ledger: DeliveryLedger;
  /** There may be something to deliver. */
  look(): void;
}

const states: Readonly<Record<LedgerState, DeliveryState>> = {
  pending: DeliveryState.PENDING,
  failed: DeliveryState.FAILED,
  dead: DeliveryState.DEAD,
};

export const deliveryHandlers = (d: DeliveryDependencies) =>
  served<typeof deliveryService, Caller>(deliveryService, {
    listDeliveries: listDeliveries(d),
    redriveDelivery: redriveDelivery(d),
  });

const listDeliveries = (d: DeliveryDependencies) =>
  unary<ListDeliveriesRequest, ListDeliveriesResponse, Caller>(async (request, call) => {
    const limit = requireLimit('MaxResults', request.maxResults);
    const state = stateOf(request.state);
    const { accountId } = call.caller;
    const question = `ListDeliveries ${accountId} ${state ?? ''}`;
    const [after = '0'] = readNextToken(request.nextToken, question, 1) ?? [];
    d.authorizer.require(call, { action: 'events:ListDeliveries', resource: '*', resourceAccountId: accountId });
    const found = await d.ledger.list(accountId, state, requireId('NextToken', after), limit + 1, call.deadline);
    const deliveries = found.slice(0, limit).map(toSummary);
    const last = found.length > limit ? deliveries.at(-1) : undefined;
    return { deliveries, nextToken: last ? writeNextToken([last.deliveryId], question) : '' };
  });

const redriveDelivery = (d: DeliveryDependencies) =>
  unary<RedriveDeliveryRequest, RedriveDeliveryResponse, Caller>(async ({ deliveryId }, call) => {
    const id = requireId('DeliveryId', deliveryId);
    const { accountId } = call.caller;
    auditOf(call).parameter('deliveryId', deliveryId);
    d.authorizer.require(call, { action: 'events:RedriveDelivery', resource: '*', resourceAccountId: accountId });
    const within = { beforeCommit: () => auditOf(call).commit(), deadline: call.deadline };
    if (!(await d.ledger.redrive(accountId, id, within))) throw resourceNotFound('There is no such dead letter.');
    d.look();
    return {};
  });

function stateOf(message: DeliveryState): LedgerState | undefined {
  if (message === DeliveryState.UNSPECIFIED) return undefined;
  const state = (Object.keys(states) as LedgerState[]).find((one) => states[one] === message);
  if (state === undefined) throw invalid('State must be one that the contract has.');
  return state;
}

function requireId(field: string, text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw invalid(`${field} must be one that ListDeliveries has given.`);
  return Number(text);
}

const toSummary = (delivery: DeliveryStatus): DeliverySummary => ({
  deliveryId: String(delivery.deliveryId),
  messageId: delivery.messageId,
  destinationKind: delivery.destination.kind,
  destination: delivery.destinationName,
  orderingKey: delivery.orderingKey,
  state: states[delivery.state],
  attempts: delivery.attempts,
  createdDate: delivery.createdAt,
  lastAttemptDate: delivery.attemptedAt,
  failureCode: delivery.failureCode,
  failureMessage: delivery.failureMessage,
  giveUpDate: delivery.deadAt ?? delivery.giveUpAt,
});
