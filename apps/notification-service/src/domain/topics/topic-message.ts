import { invalidParameter } from './topic-errors';
import { PROTOCOLS, type Protocol } from './subscription-settings';

/** An attribute of a message, as SNS has them. */
export interface MessageAttribute {
  type: string;
  /** The text; of Binary its base64. */
  value: string;
}

/** What is published, once it obeys the rules. */
export interface TopicMessage {
  /** '' without one. */
  subject: string;
  /** For protocols that `texts` does not have. */
  text: string;
  texts: Partial<Record<Protocol, string>>;
  attributes: Record<string, MessageAttribute>;
}

/** What a request says. */
export interface MessageFields {
  message: string;
  subject: string;
  messageStructure: string;
  messageAttributes: Readonly<Record<string, { dataType: string; stringValue: string; binaryValue: Uint8Array }>>;
}

/** Bytes, with attributes. */
export const MAX_MESSAGE = 262_144;
const MAX_ATTRIBUTES = 50;
const SUBJECT = /^[^\p{Cc}]{0,100}$/u;
const ATTRIBUTE_NAME = /^[A-Za-z0-9_-](?:[A-Za-z0-9_.-]{0,254}[A-Za-z0-9_-])?$/;
const DATA_TYPE = /^(String\.Array|String|Number|Binary)(?:\.[A-Za-z0-9_.-]{1,200})?$/;
const NUMBER = /^-?(?:\d{1,20}(?:\.\d{1,20})?|\.\d{1,20})(?:[eE][+-]?\d{1,3})?$/;

/** @throws InvalidParameterException that names the field */
export function readMessage({ message, subject, messageStructure, messageAttributes }: MessageFields): TopicMessage {
  if (message === '') throw invalidParameter('Message', 'It must not be empty.');
  if (!SUBJECT.test(subject)) throw invalidParameter('Subject', 'It must be one line of at most 100 characters.');
  const attributes = readAttributes(messageAttributes);
  if (sizeOf({ message, messageAttributes }) > MAX_MESSAGE) {
    throw invalidParameter('Message', `With its attributes it must have at most ${MAX_MESSAGE} bytes.`);
  }
  return { subject, attributes, ...textsOf(message, messageStructure) };
}

/** What SNS counts, in bytes. */
export function sizeOf({ message, messageAttributes }: Pick<MessageFields, 'message' | 'messageAttributes'>): number {
  const ofAttributes = Object.entries(messageAttributes).map(
    ([name, { dataType, stringValue, binaryValue }]) =>
      Buffer.byteLength(name) + Buffer.byteLength(dataType) + Buffer.byteLength(stringValue) + binaryValue.length,
  );
  return ofAttributes.reduce((sum, size) => sum + size, Buffer.byteLength(message));
}

function textsOf(message: string, structure: string): Pick<TopicMessage, 'text' | 'texts'> {
  if (structure === '') return { text: message, texts: {} };
  if (structure !== 'json') throw invalidParameter('MessageStructure', 'It must be json.');
  const wrong = (rule: string) => invalidParameter('Message Structure', rule);
  let parsed: unknown;
  try {
    parsed = JSON.parse(message);
  } catch {
    throw wrong('JSON message body failed to parse');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw wrong('The message must be a JSON object.');
  const texts = new Map<string, unknown>(Object.entries(parsed));
  const fallback = texts.get('default');
  if (typeof fallback !== 'string') throw wrong('No default entry in JSON message body');
  // What other keys hold is for protocols that Strongroom has not.
  const own = PROTOCOLS.flatMap((protocol) => (texts.has(protocol) ? [[protocol, texts.get(protocol)] as const] : []));
  const odd = own.find(([, text]) => typeof text !== 'string');
  if (odd !== undefined) throw wrong(`The entry ${odd[0]} must be a string.`);
  return { text: fallback, texts: Object.fromEntries(own) };
}

function readAttributes(fields: MessageFields['messageAttributes']): Record<string, MessageAttribute> {
  const entries = Object.entries(fields);
  if (entries.length > MAX_ATTRIBUTES) throw invalidParameter('MessageAttributes', `There must be at most ${MAX_ATTRIBUTES}.`);
  return Object.fromEntries(entries.map(([name, value]) => [name, readAttribute(name, value)]));
}

function readAttribute(name: string, field: MessageFields['messageAttributes'][string]): MessageAttribute {
  const wrong = (rule: string) => invalidParameter(`MessageAttributes ${name.slice(0, 100)}`, rule);
  if (!ATTRIBUTE_NAME.test(name) || name.includes('..') || /^(?:aws|amazon)\./i.test(name)) {
    throw wrong('Its name must be 1 to 256 letters, digits, and _ - . inside.');
  }
  const { dataType, stringValue, binaryValue } = field;
  const [, kind] = DATA_TYPE.exec(dataType) ?? [];
  if (kind === undefined) throw wrong('DataType must be String, String.Array, Number or Binary.');
  if (kind === 'Binary') {
    if (binaryValue.length === 0 || stringValue !== '') throw wrong('Binary must have a BinaryValue and nothing else.');
    return { type: dataType, value: Buffer.from(binaryValue).toString('base64') };
  }
  if (stringValue === '' || binaryValue.length > 0) throw wrong(`${kind} must have a StringValue and nothing else.`);
  if (kind === 'Number' && !NUMBER.test(stringValue)) throw wrong('StringValue must be a number.');
  if (kind === 'String.Array' && !isArrayOfScalars(stringValue)) {
    throw wrong('StringValue must be a JSON array of strings, numbers, true, false and null.');
  }
  return { type: dataType, value: stringValue };
}

function isArrayOfScalars(text: string): boolean {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) && parsed.every((item) => typeof item !== 'object' || item === null);
  } catch {
    return false;
  }
}
