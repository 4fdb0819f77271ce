import { SuperJSON } from 'superjson';

type Serialized = ReturnType<SuperJSON['serialize']>;

const superjson = new SuperJSON();
// As numbers, bytes would take four times their size.
superjson.registerCustom<Uint8Array, string>(
  {
    isApplicable: (value): value is Uint8Array => value instanceof Uint8Array,
    serialize: (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')),
    deserialize: (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)),
  },
  'bytes',
);
// Maps of the contracts have no prototype, so that `__proto__` and `constructor` are keys as any other.
superjson.registerCustom<Record<string, unknown>, [string, never][]>(
  {
    isApplicable: (value): value is Record<string, unknown> =>
      typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null,
    serialize: (map) => Object.entries(map) as [string, never][],
    deserialize: (entries) => {
      const map = Object.create(null) as Record<string, unknown>;
      for (const [key, value] of entries) map[key] = value;
      return map;
    },
  },
  'map',
);

/** What may stand in a message of the console, beside JSON itself. */
const annotations: ReadonlySet<unknown> = new Set(['undefined', 'bigint', 'Date', 'number']);
const customs: ReadonlySet<unknown> = new Set(['bytes', 'map']);

const isLeaf = (type: unknown): boolean =>
  annotations.has(type) || (Array.isArray(type) && type.length === 2 && type[0] === 'custom' && customs.has(type[1]));

/** superjson's tree: `[type]`, `[type, children]`, or the children alone. */
function checkTree(tree: unknown): void {
  if (tree === undefined) return;
  const [type, children] = Array.isArray(tree) ? (tree as [unknown, unknown]) : [undefined, tree];
  if (type !== undefined && !isLeaf(type)) throw new TypeError('the message has a type of another language');
  if (children === undefined) return;
  if (typeof children !== 'object' || children === null) throw new TypeError('the message says its types in another way');
  for (const child of Object.values(children)) checkTree(child);
}

/**
 * How the page and the service of the console write what they say: JSON, with dates, bytes and numbers of 64 bits. A reference
 * from one place of a message to another is refused: a small message could otherwise become a large one, or one without an end.
 */
export const transformer = {
  serialize(value: unknown): Serialized {
    const { json, meta } = superjson.serialize(value);
    return meta?.values === undefined ? { json } : { json, meta: { values: meta.values, v: meta.v } };
  },
  /** @throws TypeError if the message is not written so */
  deserialize(message: Serialized): unknown {
    if (typeof message !== 'object' || message === null || !('json' in message)) throw new TypeError('the message has no json');
    const { meta } = message;
    if (meta !== undefined) {
      if (meta.referentialEqualities !== undefined) throw new TypeError('the message refers to itself');
      checkTree(meta.values);
    }
    return superjson.deserialize(message);
  },
};
