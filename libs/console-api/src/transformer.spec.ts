import { transformer } from './transformer';

const over = (value: unknown): unknown =>
  transformer.deserialize(JSON.parse(JSON.stringify(transformer.serialize(value))) as ReturnType<typeof transformer.serialize>);
const parse = (text: string): unknown => transformer.deserialize(JSON.parse(text) as never);

it('carries what the contracts have', () => {
  const map = Object.assign(Object.create(null) as object, { constructor: 'a', prototype: 'b', plain: new Date(5) });
  Object.defineProperty(map, '__proto__', { value: 'c', enumerable: true });
  const value = {
    text: 'x',
    date: new Date(1_700_000_000_000),
    big: 2n ** 60n,
    bytes: new Uint8Array([0, 127, 255]),
    list: [{ absent: undefined, map }],
  };
  expect(over(value)).toEqual(value);
  expect(Object.entries((over(map) as object) ?? {})).toEqual(Object.entries(map));
  expect(over({ buffer: Buffer.from([200, 1]) })).toEqual({ buffer: new Uint8Array([200, 1]) });
});

it('writes a thing that stands in two places twice, and takes none that refers to itself', () => {
  const twice = { key: 'k', value: 'v' };
  expect(over({ tags: [twice, twice] })).toEqual({ tags: [twice, twice] });
  expect(() => parse('{"json":{"a":{},"b":null},"meta":{"referentialEqualities":{"a":["b"]}}}')).toThrow(/refers to itself/);
});

it.each([
  '{"json":"x","meta":{"values":["regexp"]}}',
  '{"json":{"a":"x"},"meta":{"values":{"a":["URL"]}}}',
  '{"json":{"a":[]},"meta":{"values":{"a":[["typed-array","Uint8Array"]]}}}',
  '{"json":{"a":[]},"meta":{"values":{"a":[["class","Object"]]}}}',
  '{"json":{"a":[]},"meta":{"values":{"a":[["custom","other"]]}}}',
  '{"json":{"a":[]},"meta":{"values":{"a":["set",{"0":["Error"]}]}}}',
  '{"json":{},"meta":{"values":"Date"}}',
  '"text"',
  '{}',
])('refuses %s', (text) => {
  expect(() => parse(text)).toThrow(TypeError);
});

it('leaves prototypes alone', () => {
  for (const path of ['__proto__.polluted', 'constructor.prototype.polluted']) {
    const text = JSON.stringify({ json: { a: '1' }, meta: { values: { [path]: ['bigint'] } } });
    try {
      parse(text);
    } catch {
      // Refusing it is right, too.
    }
    parse('{"json":{"__proto__":{"polluted":"1"}}}');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  }
});
