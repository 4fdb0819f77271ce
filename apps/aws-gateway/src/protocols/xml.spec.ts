import { list, structure, text, timestamp } from '../model/shapes';
import { escapeXml, membersAsXml } from './xml';

it('escapes what would be markup, and replaces what XML cannot carry', () => {
  expect(escapeXml(`<a b="c">'&\r`)).toBe('&lt;a b=&quot;c&quot;&gt;&apos;&amp;&#xD;');
  expect(escapeXml('a\0b\u0008\ud800\uffff\t\n😀')).toBe('a\ufffdb\ufffd\ufffd\ufffd\t\n😀');
});

it('writes lists as members, dates to the second, and documents percent-encoded', () => {
  const { members } = structure({ Names: list(text()), Time: timestamp, Document: text({ uriEncoded: true }), None: text() });
  const value = { Names: ['a', '<'], Time: new Date(1_500), Document: `{"a":'!'}`, None: undefined };
  expect(membersAsXml(members, value)).toBe(
    '<Names><member>a</member><member>&lt;</member></Names><Time>1970-01-01T00:00:01Z</Time>' +
      '<Document>%7B%22a%22%3A%27%21%27%7D</Document>',
  );
});
