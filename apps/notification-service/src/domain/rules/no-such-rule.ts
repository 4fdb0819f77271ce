import { type DomainError, resourceNotFound } from '@strongroom/errors';

/** EventBridge's own words. */
export const noSuchRule = (name: string): DomainError => resourceNotFound(`Rule ${name} does not exist on EventBus default.`);
