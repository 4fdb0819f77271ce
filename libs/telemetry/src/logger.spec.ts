import { createLogger, type LogFields, type LogLevel } from './index';

const lines = (level: LogLevel = 'debug') => {
  const written: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void written.push(JSON.parse(line) as Record<string, unknown>) };
  return { written, logger: createLogger({ service: 'secrets-api', level, destination }) };
};

it('writes one object a line: when, how grave, who, what', () => {
  const { written, logger } = lines();
  logger.info('serving', { port: 7001 });
  expect(written).toEqual([
    {
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      service: 'secrets-api',
      message: 'serving',
      port: 7001,
    },
  ]);
});

it('drops fields that are not listed, and what is no plain value', () => {
  const { written, logger } = lines();
  const careless = {
    requestId: 'id',
    secretString: 'hunter2',
    authorization: 'Bearer hunter2',
    name: { toString: () => 'hunter2' },
    method: ['hunter2'],
  };
  logger.warn('call failed', careless as unknown as LogFields);
  expect(written[0]).toMatchObject({ requestId: 'id' });
  expect(JSON.stringify(written)).not.toContain('hunter2');
});

it('writes of an error what every error has, with its causes, and nothing that a driver hung on it', () => {
  const { written, logger } = lines();
  const cause = Object.assign(new Error('connection lost'), { sql: "INSERT … 'hunter2'", parameters: ['hunter2'] });
  logger.error('call failed', { error: Object.assign(new Error('away', { cause }), { request: { value: 'hunter2' } }) });
  expect(written[0]!['error']).toMatchObject({ name: 'Error', message: 'away', cause: { message: 'connection lost' } });
  expect(JSON.stringify(written)).not.toContain('hunter2');
});

it('does not follow causes without end, and survives what is no error', () => {
  const { written, logger } = lines();
  const endless = new Error('endless');
  endless.cause = endless;
  logger.error('call failed', { error: endless });
  logger.error('call failed', { error: 'a thrown string with hunter2' });
  expect(written[1]!['error']).toEqual({ name: 'string', message: 'not an Error' });
  expect(JSON.stringify(written[0]).match(/"endless"/g)).toHaveLength(6);
});

it('writes what is at its level or above', () => {
  const { written, logger } = lines('warn');
  for (const level of ['debug', 'info', 'warn', 'error'] as const) logger[level](level);
  expect(written.map(({ message }) => message)).toEqual(['warn', 'error']);
});
