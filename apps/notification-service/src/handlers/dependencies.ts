import type { Authorizer } from '@strongroom/access';

/** What handlers work with; `server.ts` makes it. */
export interface Dependencies {
  authorizer: Authorizer;
  region: string;
}
