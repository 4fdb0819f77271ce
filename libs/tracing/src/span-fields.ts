import type { Attributes } from '@opentelemetry/api';

/**
 * The attributes that spans have. They hold names from the program or its configuration, and ids of requests. They never hold a
 * value, a token, a name that somebody gave to a thing, or a parameter of a statement. Other attributes are dropped. Before you
 * add one, think about what it can hold.
 */
export const spanFieldNames = [
  'rpc.system.name',
  'rpc.method',
  'http.response.status_code',
  'error.type',
  'db.system.name',
  'db.namespace',
  'db.query.text',
  'messaging.system',
  'messaging.destination.name',
  'messaging.operation.type',
  'strongroom.request.id',
  'strongroom.rotation.step',
] as const;

export type SpanFieldName = (typeof spanFieldNames)[number];
export type SpanFields = { readonly [Name in SpanFieldName]?: string | number };

const MAX_TEXT = 2_000;
const allowed: ReadonlySet<string> = new Set(spanFieldNames);

/** The part of `fields` that may leave the process. */
export function writableFields(fields: SpanFields): Attributes {
  const writable: Attributes = {};
  for (const [name, value] of Object.entries(fields)) {
    if (!allowed.has(name)) continue;
    if (typeof value === 'number') writable[name] = value;
    else if (typeof value === 'string') writable[name] = value.slice(0, MAX_TEXT);
  }
  return writable;
}

const NAME = /^[A-Za-z][A-Za-z0-9_.]{0,63}$/;

/** The name that the program has for an error. The text of an error may say anything. */
export function errorType(error: unknown): string {
  const { reason, code, name } = (error ?? {}) as { reason?: unknown; code?: unknown; name?: unknown };
  return [reason, code, name].find((text): text is string => typeof text === 'string' && NAME.test(text)) ?? 'error';
}
