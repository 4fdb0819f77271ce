import { describeBounds, valuesOf } from './bound';

const KIBIBYTE = 1 << 10;

/** The limits of what events and receivers make notification-service keep and do. */
export const notificationBounds = describeBounds({
  waiting: {
    value: 100_000,
    unit: 'count',
    of: 'messages of an account that wait for their receivers; what events make beyond is a dead letter at once, and calls are refused',
    why: 'a receiver that is away for a day gets a message a second; disks are finite',
    test: 'apps/notification-service/src/persistence/outbox.int-spec.ts',
  },
  deadLetters: {
    value: 100_000,
    unit: 'count',
    of: 'dead letters of an account; the oldest go first',
    why: 'nobody delivers more of them again',
    test: 'apps/notification-service/src/persistence/outbox.int-spec.ts',
  },
  answerBytes: {
    value: 64 * KIBIBYTE,
    unit: 'bytes',
    of: 'the answer of a receiver',
    why: 'only its status matters',
    test: 'apps/notification-service/src/server.int-spec.ts',
  },
  visits: {
    value: 32,
    unit: 'count',
    of: 'receivers that one process sends to at a time',
    why: 'each holds a connection to the database now and then, and a socket',
    test: 'apps/notification-service/src/domain/courier.spec.ts',
  },
  visitsOfAccount: {
    value: 8,
    unit: 'count',
    of: 'of these, receivers of one account',
    why: 'receivers that hang hold up nobody else',
    test: 'apps/notification-service/src/domain/courier.spec.ts',
  },
  alarmGroups: {
    value: 100,
    unit: 'count',
    of: 'values that an alarm with `GroupBy` counts apart at a time',
    why: 'whoever varies a value, such as an address, must not fill the tables',
    test: 'apps/notification-service/src/domain/alarms/alarm-groups.spec.ts',
  },
});

export const NOTIFICATION = valuesOf(notificationBounds);
