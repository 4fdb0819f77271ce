import { encodeUri } from '../http/query-string';
import { MAP_NAMES, type Members, type Shape, type Structure, type Value } from '../model/shapes';

/** An element whose content is XML already. */
export const element = (name: string, content: string, attributes = ''): string => `<${name}${attributes}>${content}</${name}>`;

/** The members of an answer as elements. */
export const membersAsXml = (members: Members, value: Structure): string =>
  Object.entries(value)
    .map(([member, item]) => (item === undefined ? '' : element(member, valueAsXml(members[member]!, item))))
    .join('');

function valueAsXml(shape: Shape, value: Value): string {
  switch (shape.kind) {
    case 'list':
      return (value as Value[]).map((item) => element('member', valueAsXml(shape.item, item))).join('');
    case 'map': {
      const [named, holding] = shape.names ?? MAP_NAMES;
      return Object.entries(value as Structure)
        .map(([key, item]) => element('entry', element(named, escapeXml(key)) + element(holding, valueAsXml(shape.value, item!))))
        .join('');
    }
    case 'structure':
      return membersAsXml(shape.members, value as Structure);
    case 'timestamp':
      return (value as Date).toISOString().replace(/\.\d{3}Z$/, 'Z');
    case 'string':
      return escapeXml(shape.uriEncoded ? encodeUri(value as string) : (value as string));
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64');
    default:
      return escapeXml((value as number | bigint | boolean).toString());
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\r': '&#xD;',
};

/** XML 1.0 cannot express most control characters, so they become U+FFFD. */
export const escapeXml = (text: string): string =>
  text
    .replace(/[&<>"'\r]/g, (character) => ENTITIES[character]!)
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd');
