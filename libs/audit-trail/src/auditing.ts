import type { Clock } from '@strongroom/clock';
import { isDomainError } from '@strongroom/errors';
import type { MethodEvent } from '@strongroom/methods';
import type { RandomSource } from '@strongroom/random';
import {
  noIdentity,
  type AuditedResource,
  type AuditEvent,
  type AuditRecorder,
  type RecordOptions,
  type UserIdentity,
} from './audit-event';
import type { AuditedCall, AuditedCaller } from './audited-call';
import { audits, type CallAudit } from './call-audit';
import { EventIds } from './event-id';
import { clip, limits } from './limits';

export interface AuditingOptions {
  recorder: AuditRecorder;
  /** How the trail tells of a method's calls. */
  eventOf: (method: string) => MethodEvent;
  clock: Clock;
  random: RandomSource;
  region: string;
  /** The account for calls whose caller has none. */
  accountId: string;
}

/**
 * Records every call: a success before the reply, a failure with its error. A call whose event cannot be recorded fails with
 * `serviceUnavailable`, whatever its own outcome was: no audit record, no plaintext.
 */
export function auditing(options: AuditingOptions) {
  const ids = new EventIds(options.clock, options.random);
  return async (call: AuditedCall, _request: unknown, next: () => Promise<unknown>): Promise<unknown> => {
    const event = options.eventOf(call.method);
    if (!event.audited) return next();
    const audit = new AuditInProgress(options, ids, call, event);
    audits.set(call, audit);
    let response: unknown;
    try {
      response = await next();
    } catch (error) {
      await audit.fail(error);
      throw error;
    }
    await audit.commit();
    return response;
  };
}

/** An error's AWS name and text, as the caller sees them; the cause of an unknown error stays inside. */
export function describeError(error: unknown): Pick<AuditEvent, 'errorCode' | 'errorMessage'> {
  return isDomainError(error)
    ? { errorCode: clip(error.reason, limits.name), errorMessage: clip(error.message, limits.message) }
    : { errorCode: 'InternalServiceError', errorMessage: 'internal error' };
}

const IDENTITY_TYPES = {
  user: 'IAMUser',
  'assumed-role': 'AssumedRole',
  service: 'AWSService',
  'web-identity': 'WebIdentityUser',
} as const;

export function identityOf({ caller, peer }: Pick<AuditedCall, 'caller' | 'peer'>): UserIdentity {
  if (!caller) {
    if (!peer.service) return { ...noIdentity, principalId: clip(peer.certificateUri ?? '', limits.arn) };
    return { ...noIdentity, type: 'AWSService', principalId: peer.service, arn: clip(peer.certificateUri ?? '', limits.arn) };
  }
  return {
    type: IDENTITY_TYPES[caller.kind],
    principalId: clip(caller.userId, limits.arn),
    arn: caller.arn,
    accountId: caller.accountId,
    accessKeyId: caller.accessKeyId ?? '',
    userName: clip(caller.userName ?? '', limits.name),
    sessionIssuerArn: caller.roleArn ?? '',
    ...(caller.issueTime && {
      sessionAttributes: { creationDate: caller.issueTime, mfaAuthenticated: caller.multiFactorAuthTime !== undefined },
    }),
  };
}

class AuditInProgress implements CallAudit {
  private readonly resources = new Map<string, AuditedResource>();
  private readonly parameters = new Map<string, string>();
  private readonly elements = new Map<string, string>();
  private readonly owners = new Set<string>();
  private identified: AuditedCaller | undefined;
  private recording: Promise<void> | undefined;
  /**
   * For each account, the event that says that the call succeeded, if one was sent. It may be in the trail even if recording it
   * failed.
   */
  private successIds: ReadonlyMap<string, string> = new Map();

  constructor(
    private readonly options: AuditingOptions,
    private readonly ids: EventIds,
    private readonly call: AuditedCall,
    private readonly of: MethodEvent,
  ) {}

  resource(arn: string, type: string, versionId = ''): void {
    const known = this.resources.get(arn);
    if (known && (versionId === '' || known.versionId === versionId)) return;
    const key = known?.versionId ? `${arn} ${versionId}` : arn;
    if (this.resources.size >= limits.resources) throw new RangeError(`an event names at most ${limits.resources} resources`);
    this.resources.set(key, { arn: clip(arn, limits.arn), type, versionId: clip(versionId, limits.id) });
  }

  parameter(name: string, value: string | number | boolean | undefined): void {
    this.put(this.parameters, name, value);
  }

  response(name: string, value: string | number | boolean | undefined): void {
    this.put(this.elements, name, value);
  }

  resourceIs(arn: string, type: string, named: string): void {
    const known = this.resources.get(named);
    if (!known || named === arn) return;
    this.resources.delete(named);
    this.resource(arn, type, known.versionId);
  }

  account(ownerAccountId: string): void {
    if (!/^\d{12}$/.test(ownerAccountId)) throw new RangeError('an account has 12 digits');
    this.owners.add(ownerAccountId);
  }

  caller(caller: AuditedCaller): void {
    this.identified = caller;
  }

  commit(): Promise<void> {
    this.recording ??= this.recordSuccess().catch((error: unknown) => {
      this.recording = undefined;
      throw error;
    });
    return this.recording;
  }

  correct(): Promise<void> {
    this.recording = undefined;
    return this.commit();
  }

  async fail(error: unknown): Promise<void> {
    // A stream whose reader leaves has ended; it has not failed.
    if (this.of.readOnly && this.recording && this.call.signal.aborted) return;
    const late = this.call.signal.aborted || this.options.clock.millis() >= this.call.deadline;
    const recording = this.record(
      this.events(describeError(error)),
      // Nobody waits for the outcome any more, but the trail must have it.
      late ? {} : { deadline: this.call.deadline },
    );
    // If the success could not be recorded, the caller gets that error, with or without this event, and has waited long enough.
    if (this.successIds.size > 0 && !this.recording) recording.catch(() => undefined);
    else await recording;
  }

  private async recordSuccess(): Promise<void> {
    const events = this.events({ errorCode: '', errorMessage: '' });
    this.successIds = new Map(events.map(({ recipientAccountId, eventId }) => [recipientAccountId, eventId]));
    await this.record(events, { deadline: this.call.deadline });
  }

  private async record(events: readonly AuditEvent[], options: RecordOptions): Promise<void> {
    const [event, ...others] = events;
    // The journal puts events that it receives in one turn into one entry.
    if (others.length === 0) await this.options.recorder.record(event!, options);
    else await Promise.all(events.map((one) => this.options.recorder.record(one, options)));
  }

  private put(map: Map<string, string>, name: string, value: string | number | boolean | undefined): void {
    if (value === undefined) return;
    if (map.size >= limits.parameters && !map.has(name))
      throw new RangeError(`an event has at most ${limits.parameters} parameters`);
    map.set(clip(name, limits.name), clip(String(value), limits.value));
  }

  /** The accounts whose trails the call is in; a service has no trail of its own. */
  private trails(caller: AuditedCaller | undefined): string[] {
    const own = caller?.accountId || this.options.accountId;
    const isOfService = !caller || caller.kind === 'service';
    return isOfService && this.owners.size > 0 ? [...this.owners] : [...new Set([own, ...this.owners])];
  }

  private events(error: Pick<AuditEvent, 'errorCode' | 'errorMessage'>): AuditEvent[] {
    const { call, of, options } = this;
    const { peer, userAgent, requestId } = call;
    const caller = call.caller ?? this.identified;
    const shared = {
      eventTime: options.clock.now(),
      eventSource: of.source,
      eventName: of.name,
      awsRegion: options.region,
      userIdentity: identityOf({ caller, peer }),
      sourceIpAddress: clip(peer.address, limits.id),
      userAgent: clip(userAgent, limits.userAgent),
      requestId: clip(requestId, limits.id),
      readOnly: of.readOnly,
      resources: [...this.resources.values()],
      requestParameters: Object.fromEntries(this.parameters),
      ...error,
    };
    return this.trails(caller).map((recipientAccountId) => {
      const superseded = this.successIds.get(recipientAccountId);
      const elements = superseded ? [...this.elements, ['supersedesEventId', superseded] as const] : this.elements;
      const event = { ...shared, eventId: this.ids.next(), recipientAccountId, responseElements: Object.fromEntries(elements) };
      // Several owners need not know of each other.
      if (this.owners.size < 2 || recipientAccountId === caller?.accountId) return event;
      const resources = event.resources.filter(({ arn }) => arn.split(':')[4] === recipientAccountId);
      return { ...event, resources, requestParameters: {}, responseElements: {} };
    });
  }
}
