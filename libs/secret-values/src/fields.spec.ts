import { fieldsOfText, objectOf, withField, withoutField } from './fields';

const text = '{ "host": "db",\n "port": 12345678901234567890, "on": true, "more": {"a": 1}, "__proto__": "x" }';

it('reads the fields in their order, and long numbers as they stand there', () => {
  expect(fieldsOfText(text)).toEqual([
    { key: 'host', text: 'db', isString: true },
    { key: 'port', text: '12345678901234567890', isString: false },
    { key: 'on', text: 'true', isString: false },
    { key: 'more', text: '{"a": 1}', isString: false },
    { key: '__proto__', text: 'x', isString: true },
  ]);
  expect(fieldsOfText('{}')).toEqual([]);
});

it.each(['', 'open sesame', '[1]', 'null', '{"a": 1,}', '{"a": 1} // why', '{"a": 1, "a": 2}'])('has no fields for %s', (other) =>
  expect(fieldsOfText(other)).toBeUndefined(),
);

it('edits one field, and leaves the rest as it was', () => {
  const edited = withField(text, 'host', 'new "db"');
  expect(edited).toBe(text.replace('"db"', '"new \\"db\\""'));
  expect(objectOf(withField(edited, 'user', 'ann'))).toMatchObject({ user: 'ann', on: true });
  expect(withField('{}', 'a', '\0')).toBe('{"a": "\\u0000"}');
});

it('takes one field away', () => {
  expect(Object.keys(objectOf(withoutField(text, 'port'))!)).toEqual(['host', 'on', 'more', '__proto__']);
  expect(withoutField(text, 'none')).toBe(text);
  expect(withoutField('{"a":"b"}', 'a')).toBe('{}');
});
