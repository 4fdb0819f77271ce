import type { Clock } from '@strongroom/clock';
import { API_CALL, type BridgeEvent } from '@strongroom/cloudtrail-record';
import type { Statements } from '@strongroom/database';
import { compilePattern, type EventPattern, PatternFault } from '@strongroom/event-pattern';
import type { NewDelivery } from '../delivery';
import { derivedId } from '../hashing/derived-id';
import type { TargetKind, TargetMessage } from '../target-kind.port';
import type { TrailEvent } from '../trail-event';
import type { TrailSink } from '../trail-sink.port';
import { asJson, bridgeEvent, subjectOf } from './bridge-event';
import { ruleArn, type TargetSettings } from './rule';
import type { ActiveRule, RuleStore } from './rule-store.port';
import { inputOf } from './target-input';

/** Compiled patterns in memory. */
const MAX_PATTERNS = 5_000;
/** Messages that wait in memory for the outbox. Characters. */
const MAX_WAITING = 1 << 20;

export interface RuleSinkParts {
  rules: Pick<RuleStore, 'active'>;
  outbox: { add(tx: Statements, deliveries: readonly NewDelivery[]): Promise<void> };
  /** Where targets lead. A target of no kind leads nowhere. */
  kinds: readonly TargetKind[];
  region: string;
  clock: Clock;
}

/** Makes deliveries of the events that rules match. */
export class RuleSink implements TrailSink {
  private readonly patterns = new Map<string, EventPattern>();

  constructor(private readonly parts: RuleSinkParts) {}

  async take(tx: Statements, accountId: string, events: readonly TrailEvent[]): Promise<void> {
    const { rules, outbox } = this.parts;
    const active = await rules.active(tx, accountId);
    if (active.length === 0) return;
    let deliveries: NewDelivery[] = [];
    let length = 0;
    for (const event of events) {
      const made = await this.deliveriesOf(tx, accountId, active, event);
      deliveries.push(...made);
      for (const { payload } of made) length += payload.length;
      if (length < MAX_WAITING) continue;
      await outbox.add(tx, deliveries);
      [deliveries, length] = [[], 0];
    }
    if (deliveries.length > 0) await outbox.add(tx, deliveries);
  }

  private async deliveriesOf(tx: Statements, accountId: string, rules: ActiveRule[], event: TrailEvent): Promise<NewDelivery[]> {
    const bridged = bridgeEvent(event);
    const matching = rules.filter((rule) => sees(rule, bridged) && this.patternOf(rule).matches(asJson(bridged)));
    const made: NewDelivery[] = [];
    for (const rule of matching) {
      for (const target of rule.targets) made.push(...(await this.expand(tx, accountId, rule, target, event, bridged)));
    }
    return made;
  }

  private async expand(
    tx: Statements,
    accountId: string,
    { name }: ActiveRule,
    target: TargetSettings,
    event: TrailEvent,
    bridged: BridgeEvent,
  ): Promise<NewDelivery[]> {
    const { kinds, region, clock } = this.parts;
    const arn = ruleArn(region, accountId, name);
    const subject = subjectOf(event);
    const message: TargetMessage = {
      messageId: derivedId(event.eventId, arn, target.id),
      eventId: event.eventId,
      source: bridged.source,
      detailType: bridged['detail-type'],
      eventName: event.eventName,
      time: event.eventTime,
      subject,
      orderingKey: subject || bridged.source,
      text: inputOf(target, bridged, { name, arn }, clock.now()),
    };
    const named = { accountId, ruleName: name, ruleArn: arn, targetId: target.id, arn: target.arn };
    return (await kinds.find((kind) => kind.matches(target.arn))?.expand(tx, named, message)) ?? [];
  }

  private patternOf({ eventPattern }: ActiveRule): EventPattern {
    let pattern = this.patterns.get(eventPattern);
    if (pattern === undefined) {
      if (this.patterns.size >= MAX_PATTERNS) this.patterns.clear();
      this.patterns.set(eventPattern, (pattern = compiled(eventPattern)));
    }
    return pattern;
  }
}

/** As in EventBridge, calls that only read are for rules that ask for all management events: there are many of them. */
const sees = ({ state }: ActiveRule, event: BridgeEvent): boolean =>
  state !== 'ENABLED' || !event.detail.readOnly || event['detail-type'] !== API_CALL;

const NOTHING: EventPattern = { matches: () => false };

/** A stored pattern was valid when it was stored. If it is no longer, its rule must not hold up all others. */
function compiled(text: string): EventPattern {
  try {
    return compilePattern(text);
  } catch (error) {
    if (error instanceof PatternFault) return NOTHING;
    throw error;
  }
}
