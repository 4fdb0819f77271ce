import { MINUTE, type Clock } from '@strongroom/clock';
import type { RandomSource } from '@strongroom/random';
import type { Logger } from '@strongroom/telemetry';
import type { AuditEvent, AuditRecorder } from './audit-event';
import type { AuditedCall } from './audited-call';
import { describeError, identityOf } from './auditing';
import { EventIds } from './event-id';
import { clip, limits } from './limits';

export interface RefusalRecordingOptions {
  recorder: AuditRecorder;
  eventSource: string | ((operation: string) => string);
  clock: Clock;
  random: RandomSource;
  region: string;
  accountId: string;
  logger: Logger;
}

export interface RefusalRecording {
  /** createServer's `onRefused`. */
  onRefused(call: AuditedCall, error: unknown): void;
  /** Records what has been counted so far and stops. */
  close(): Promise<void>;
}

const window = MINUTE;
/** Of calls without a caller, all of them together. */
const maxKinds = 100;
const maxKindsOfAccount = 20;
/** With refusals in one window; those of more accounts share what calls without a caller have. */
const maxAccounts = 100;

interface Kind {
  first: AuditEvent;
  /** How often it came again in this window. */
  repeats: number;
}

/**
 * Records calls that were turned away at the door: no credential, a bad one, a peer that may not call the method, or a caller who sends more than
 * is taken. Anybody can make such calls, so they must not be able to fill the journal. The first of a kind (operation, error, address) is recorded
 * at once; the same again within a minute is counted, and recorded as one event with `repeatCount`. After 100 kinds in a
 * minute the rest share one; a caller's account has 20 kinds of its own, so that no crowd of strangers hides what it was refused. So a process writes at most 202 of these
 * events a minute, and 42 for each of 100 accounts, whatever is thrown at it, and no caller waits for them: a refusal reveals nothing that would need a record first.
 */
export const recordRefusals = (options: RefusalRecordingOptions): RefusalRecording => {
  const ids = new EventIds(options.clock, options.random);
  const stamp = () => ({ eventId: ids.next(), eventTime: options.clock.now() });
  let kinds = new Map<string, Kind>();
  /** By account, how many of the kinds are its own; the empty text for calls without a caller. */
  let shares = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;

  const send = async (event: AuditEvent): Promise<void> => {
    try {
      await options.recorder.record(event);
    } catch (error) {
      options.logger.warn('a refused call was not recorded', { eventName: event.eventName, error });
    }
  };

  const closeWindow = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const counted = [...kinds.values()].filter((kind) => kind.repeats > 0);
    kinds = new Map();
    shares = new Map();
    await Promise.all(
      counted.map(({ first, repeats }) =>
        send({
          ...first,
          ...stamp(),
          requestParameters: { repeatCount: String(repeats), since: first.eventTime.toISOString() },
        }),
      ),
    );
  };

  return {
    onRefused(call, error) {
      timer ??= setTimeout(() => void closeWindow(), window).unref();
      const { errorCode } = describeError(error);
      const who = call.caller?.userId ?? call.peer.certificateUri ?? '';
      const account = call.caller?.accountId ?? '';
      const isKnown = shares.has(account) || shares.size <= maxAccounts;
      const share = isKnown ? account : '';
      const ofItsKind = `${call.operation} ${errorCode} ${call.peer.address} ${who}`;
      const count = shares.get(share) ?? 0;
      const fits = kinds.has(ofItsKind) || count < (share === '' ? maxKinds : maxKindsOfAccount);
      const key = fits ? ofItsKind : `more of ${share}`;
      const known = kinds.get(key);
      if (known) {
        known.repeats++;
        return;
      }
      const event = { ...stamp(), ...refusal(options, call, error) };
      if (fits) shares.set(share, count + 1);
      else Object.assign(event, anyRefusals, share === '' && { ...noCaller, recipientAccountId: options.accountId });
      kinds.set(key, { first: event, repeats: 0 });
      void send(event);
    },
    close: closeWindow,
  };
};

/** What stands for refusals of many kinds. */
const anyRefusals = { eventName: 'RefusedCalls', sourceIpAddress: '', userAgent: '', requestId: '' };
const noCaller = { userIdentity: identityOf({ peer: { address: '' } }) };

const refusal = (
  options: RefusalRecordingOptions,
  call: AuditedCall,
  error: unknown,
): Omit<AuditEvent, 'eventId' | 'eventTime'> => ({
  eventSource: typeof options.eventSource === 'string' ? options.eventSource : options.eventSource(call.operation),
  eventName: clip(call.operation, limits.name),
  awsRegion: options.region,
  recipientAccountId: call.caller?.accountId || options.accountId,
  userIdentity: identityOf(call),
  sourceIpAddress: clip(call.peer.address, limits.id),
  userAgent: clip(call.userAgent, limits.userAgent),
  requestId: clip(call.requestId, limits.id),
  readOnly: false,
  resources: [],
  requestParameters: {},
  responseElements: {},
  ...describeError(error),
});
