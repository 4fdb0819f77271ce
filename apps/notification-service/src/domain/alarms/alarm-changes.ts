import { serviceEvent, type AuditEvent, type EventIds } from '@strongroom/audit-trail';
import { STATE_CHANGE } from '@strongroom/cloudtrail-record';
import type { Clock } from '@strongroom/clock';
import type { Statements } from '@strongroom/database';
import type { NewDelivery } from '../delivery';
import { derivedId } from '../hashing/derived-id';
import type { TargetKind, TargetMessage } from '../target-kind.port';
import { type Alarm, ALARM_TYPE, alarmArn } from './alarm';
import type { Verdict } from './alarm-evaluation';
import type { AlarmStore, ChangeToJournal } from './alarm-store.port';

const SERVICE = 'notification-service';

export interface AlarmChangesParts {
  store: Pick<AlarmStore, 'addHistory' | 'update'>;
  outbox: { add(tx: Statements, deliveries: readonly NewDelivery[]): Promise<void> };
  kinds: readonly TargetKind[];
  eventIds: EventIds;
  region: string;
  clock: Clock;
}

/** What the history keeps of a change of state, and its event tells. Texts alone, as in an event of the trail. */
interface StateChange {
  alarmName: string;
  state: string;
  reason: string;
  previousState: string;
}

/** Changes the states of alarms: the history, the event and the deliveries are there with the new state, or none of them is. */
export class AlarmChanges {
  constructor(private readonly parts: AlarmChangesParts) {}

  /** Nothing if the alarm has this state. @returns the alarm as it is now */
  async set(tx: Statements, alarm: Alarm, { state, reason }: Verdict): Promise<Alarm> {
    if (state === alarm.state) return alarm;
    const { store, eventIds, clock } = this.parts;
    const at = clock.now();
    const changed: Alarm = { ...alarm, state, stateReason: reason.slice(0, 1_023), stateUpdatedAt: at };
    // Somebody looks at it right after: a state that was set by hand or by old events does not last.
    await store.update(tx, changed, at);
    const eventId = eventIds.next();
    const change: StateChange = { alarmName: alarm.name, state, reason: changed.stateReason, previousState: alarm.state };
    const about = { accountId: alarm.accountId, alarmName: alarm.name, at };
    const summary = `The state changed from ${alarm.state} to ${state}.`;
    await store.addHistory(tx, { ...about, type: 'StateUpdate', summary, data: JSON.stringify(change) }, eventId);
    if (alarm.actionsEnabled) await this.tell(tx, changed, alarm.state, eventId);
    return changed;
  }

  private async tell(tx: Statements, alarm: Alarm, before: string, eventId: string): Promise<void> {
    const { store, outbox, kinds, region } = this.parts;
    const { accountId, name, state, stateUpdatedAt: at } = alarm;
    const subject = alarmArn({ accountId, region, name });
    for (const [index, arn] of alarm.actions[state].entries()) {
      const message: TargetMessage = {
        messageId: derivedId(eventId, arn),
        eventId,
        source: 'aws.cloudwatch',
        detailType: STATE_CHANGE,
        eventName: STATE_CHANGE,
        time: at,
        subject,
        orderingKey: subject,
        text: JSON.stringify(alarmMessage(alarm, before, region)),
      };
      const target = { accountId, ruleName: name, ruleArn: subject, targetId: `${state}-${index}`, arn };
      const deliveries = (await kinds.find((kind) => kind.matches(arn))?.expand(tx, target, message)) ?? [];
      if (deliveries.length > 0) await outbox.add(tx, deliveries);
      const summary = `${deliveries.length} messages were made for ${arn}.`;
      await store.addHistory(tx, {
        accountId,
        alarmName: name,
        type: 'Action',
        at,
        summary: summary.slice(0, 1_100),
        data: JSON.stringify({ action: arn, state, messages: deliveries.length }),
      });
    }
  }
}

/** The message of CloudWatch to a topic, as far as it has its like here. */
function alarmMessage(alarm: Alarm, before: string, region: string) {
  const { accountId, name, actions } = alarm;
  return {
    AlarmName: name,
    AlarmDescription: alarm.description === '' ? null : alarm.description,
    AWSAccountId: accountId,
    AlarmConfigurationUpdatedTimestamp: alarm.configuredAt.toISOString(),
    NewStateValue: alarm.state,
    NewStateReason: alarm.stateReason,
    StateChangeTime: alarm.stateUpdatedAt.toISOString(),
    Region: region,
    AlarmArn: alarmArn({ accountId, region, name }),
    OldStateValue: before,
    OKActions: actions.OK,
    AlarmActions: actions.ALARM,
    InsufficientDataActions: actions.INSUFFICIENT_DATA,
    Trigger: {
      EventPattern: alarm.pattern,
      ...(alarm.groupBy !== '' && { GroupBy: alarm.groupBy }),
      Period: alarm.periodSeconds,
      EvaluationPeriods: alarm.evaluationPeriods,
      DatapointsToAlarm: alarm.datapointsToAlarm,
      ComparisonOperator: alarm.comparison,
      Threshold: alarm.threshold,
      TreatMissingData: alarm.missingData,
    },
  };
}

/** The event of a change of state, for the trail of the alarm's account. */
export function changeEvent({ accountId, at, eventId, data }: ChangeToJournal, region: string): AuditEvent {
  const change = JSON.parse(data) as StateChange;
  return serviceEvent({
    service: SERVICE,
    eventId,
    eventTime: at,
    eventSource: 'monitoring.amazonaws.com',
    eventName: STATE_CHANGE,
    awsRegion: region,
    recipientAccountId: accountId,
    userAgent: SERVICE,
    requestId: eventId,
    resources: [{ arn: alarmArn({ accountId, region, name: change.alarmName }), type: ALARM_TYPE, versionId: '' }],
    requestParameters: { ...change },
  });
}
