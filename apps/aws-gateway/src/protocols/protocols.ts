import { jsonProtocol } from './json.protocol';
import type { Protocol } from './protocol';
import { queryProtocol } from './query.protocol';

/** The first that speaks a request answers it. */
export const protocols: readonly Protocol[] = [queryProtocol, jsonProtocol];
