import type { ContractMethod, EventSource, Method, PeerRule, Service } from './method';

/** By full method name, such as `/strongroom.keys.v1.KeyService/Decrypt`. If a method is missing, the server does not start. */
export type PeerPolicy = Readonly<Record<string, PeerRule>>;

/** How the trail tells of a method's calls. */
export interface MethodEvent {
  readonly source: EventSource;
  readonly name: string;
  readonly readOnly: boolean;
  /** false: only refused calls leave an event. */
  readonly audited: boolean;
}

/** The lines of the tables by full method name. */
export function byPath(services: readonly Service[]): Readonly<Record<string, Method>> {
  return Object.fromEntries(
    services.flatMap(({ contract, methods }) => Object.entries(methods).map(([name, method]) => [contract[name]!.path, method])),
  );
}

/**
 * What a server of these services records about calls. For methods that are not theirs, such as reflection, the first service
 * decides.
 */
export function eventsOf(services: readonly Service[]): (path: string) => MethodEvent {
  const events = new Map(services.flatMap(eventsOfService));
  const source = services[0]!.eventSource;
  return (path) => events.get(path) ?? { source, name: operationOf(path), readOnly: false, audited: true };
}

function eventsOfService({ contract, eventSource, methods }: Service): [string, MethodEvent][] {
  return Object.entries(methods).map(([method, { readOnly, audited, eventName, eventSource: source = eventSource }]) => {
    const { path } = contract[method]!;
    return [path, { source, name: eventName ?? operationOf(path), readOnly, audited }];
  });
}

/** Every source that the events of these services can have. */
export function eventSourcesOf(services: readonly Service[]): ReadonlySet<EventSource> {
  return new Set(services.flatMap(eventsOfService).map(([, { source }]) => source));
}

/** `strongroom.keys.v1.KeyService`. */
export function fullNameOf({ contract }: Service): string {
  const [{ path }] = Object.values(contract) as [ContractMethod];
  return path.slice(1, path.lastIndexOf('/'));
}

/** `Decrypt` of `/strongroom.keys.v1.KeyService/Decrypt`. */
export function operationOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
