import { jsonProtocol } from './json.protocol';
import type { Protocol } from './protocol';
import { queryProtocol } from './query.protocol';

/** The first protocol that understands a request answers it. */
export const protocols: readonly Protocol[] = [queryProtocol, jsonProtocol];
