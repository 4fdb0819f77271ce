import { MAX_MESSAGE, readMessage } from './topic-message';

const fields = { message: 'm', subject: '', messageStructure: '', messageAttributes: {} };
const attribute = (dataType: string, stringValue = '', binaryValue = Buffer.alloc(0)) => ({
  messageAttributes: { a: { dataType, stringValue, binaryValue } },
});

it('reads a message with its attributes', () => {
  const binary = { dataType: 'Binary.png', stringValue: '', binaryValue: Buffer.from([1, 2]) };
  const number = { dataType: 'Number', stringValue: '-1.5e3', binaryValue: Buffer.alloc(0) };
  expect(readMessage({ ...fields, subject: 'S', messageAttributes: { binary, number } })).toEqual({
    subject: 'S',
    text: 'm',
    texts: {},
    attributes: { binary: { type: 'Binary.png', value: 'AQI=' }, number: { type: 'Number', value: '-1.5e3' } },
  });
});

it('reads texts for protocols', () => {
  const message = JSON.stringify({ default: 'd', email: 'e', sms: 5, __proto__: 'x' });
  expect(readMessage({ ...fields, message, messageStructure: 'json' })).toMatchObject({ text: 'd', texts: { email: 'e' } });
});

it.each([
  [{ message: '' }, 'Message Reason: It must not be empty.'],
  [{ message: 'x'.repeat(MAX_MESSAGE + 1) }, `at most ${MAX_MESSAGE} bytes`],
  [{ message: 'é'.repeat(MAX_MESSAGE / 2), ...attribute('String', 'x') }, `at most ${MAX_MESSAGE} bytes`],
  [{ subject: 'two\nlines' }, 'Subject Reason: It must be one line'],
  [{ subject: 'x'.repeat(101) }, 'Subject Reason'],
  [{ messageStructure: 'xml' }, 'MessageStructure Reason: It must be json.'],
  [{ messageStructure: 'json' }, 'JSON message body failed to parse'],
  [{ messageStructure: 'json', message: '[]' }, 'must be a JSON object'],
  [{ messageStructure: 'json', message: '{"email":"e"}' }, 'No default entry in JSON message body'],
  [{ messageStructure: 'json', message: '{"default":"d","email":5}' }, 'The entry email must be a string.'],
  [attribute('Text', 'x'), 'MessageAttributes a Reason: DataType'],
  [attribute('String', ''), 'String must have a StringValue'],
  [attribute('Number', '0x10'), 'must be a number'],
  [attribute('String.Array', '{"a":1}'), 'JSON array'],
  [attribute('Binary', 'x'), 'Binary must have a BinaryValue'],
  [
    { messageAttributes: { 'aws.x': { dataType: 'String', stringValue: 'x', binaryValue: Buffer.alloc(0) } } },
    'Its name must be',
  ],
])('refuses %#', (change, problem) => {
  expect(() => readMessage({ ...fields, ...change })).toThrow(problem);
});
