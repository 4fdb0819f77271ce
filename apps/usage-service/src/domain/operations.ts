import { eventsOf, services } from '@strongroom/methods';

const SUFFIX = '.amazonaws.com';

/** `kms` of `kms.amazonaws.com`. */
export function serviceOf(eventSource: string): string {
  return eventSource.endsWith(SUFFIX) ? eventSource.slice(0, -SUFFIX.length) : eventSource;
}

const known: ReadonlySet<string> = new Set(
  services.flatMap((service) => {
    const eventOf = eventsOf([service]);
    return Object.values(service.contract).map(({ path }) => nameOf(eventOf(path).source, eventOf(path).name));
  }),
);

/**
 * Such as `secretsmanager:GetSecretValue`. The methods of the contracts have names of their own; whatever else is called shares
 * one, so strangers cannot make up operations without end.
 */
export function operationOf({ eventSource, eventName }: { eventSource: string; eventName: string }): string {
  const operation = nameOf(eventSource, eventName);
  return known.has(operation) ? operation : 'other';
}

function nameOf(eventSource: string, eventName: string): string {
  return `${serviceOf(eventSource)}:${eventName}`;
}
