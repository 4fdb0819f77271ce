import { MINUTE, type Clock } from '@strongroom/clock';
import type { MethodEvent } from '@strongroom/methods';
import type { RandomSource } from '@strongroom/random';
import type { Logger } from '@strongroom/telemetry';
import type { AuditEvent, AuditRecorder } from './audit-event';
import type { AuditedCall } from './audited-call';
import { describeError, identityOf } from './auditing';
import { EventIds } from './event-id';
import { clip, limits } from './limits';

export interface RefusalRecordingOptions {
  recorder: AuditRecorder;
  eventOf: (method: string) => Pick<MethodEvent, 'source'>;
  clock: Clock;
  random: RandomSource;
  region: string;
  accountId: string;
  logger: Logger;
}

export interface RefusalRecording {
  /** createServer's `onRefused`. */
  onRefused: (call: AuditedCall, error: unknown) => void;
  /** Records what has been counted so far and stops. */
  close(): Promise<void>;
}

const window = MINUTE;
/** For calls without a caller, all together. */
const MAX_KINDS = 100;
const MAX_KINDS_OF_ACCOUNT = 20;
/** Accounts with refusals in one window; further accounts share the kinds of calls without a caller. */
const MAX_ACCOUNTS = 100;

interface Kind {
  first: AuditEvent;
  /** The number of repetitions in this window. */
  repeats: number;
}

/**
 * Records calls that were refused at the door: no credential, a bad one, a peer that may not call the method, or a caller over
 * its limits. Anybody can make such calls, so they must not be able to fill the journal. The first of a kind (operation, error,
 * address) is recorded at once. Repetitions within a minute are counted, and recorded as one event with `repeatCount`. After 100
 * kinds in a minute the rest share one. A caller's account has 20 kinds of its own, so a crowd of strangers cannot hide what the
 * account was refused. So a process writes at most 202 of these events a minute, and 42 for each of 100 accounts, whatever it
 * receives. No caller waits for them, because a refusal reveals nothing that needs a record first.
 */
export function recordRefusals(options: RefusalRecordingOptions): RefusalRecording {
  const ids = new EventIds(options.clock, options.random);
  const stamp = () => ({ eventId: ids.next(), eventTime: options.clock.now() });
  let kinds = new Map<string, Kind>();
  /** The number of kinds of each account; the empty text stands for calls without a caller. */
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
      const isKnown = shares.has(account) || shares.size <= MAX_ACCOUNTS;
      const share = isKnown ? account : '';
      const ofItsKind = `${call.operation} ${errorCode} ${call.peer.address} ${who}`;
      const count = shares.get(share) ?? 0;
      const fits = kinds.has(ofItsKind) || count < (share === '' ? MAX_KINDS : MAX_KINDS_OF_ACCOUNT);
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
}

/** Stands for refusals of many kinds. */
const anyRefusals = { eventName: 'RefusedCalls', sourceIpAddress: '', userAgent: '', requestId: '' };
const noCaller = { userIdentity: identityOf({ peer: { address: '' } }) };

const refusal = (
  options: RefusalRecordingOptions,
  call: AuditedCall,
  error: unknown,
): Omit<AuditEvent, 'eventId' | 'eventTime'> => ({
  eventSource: options.eventOf(call.method).source,
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
