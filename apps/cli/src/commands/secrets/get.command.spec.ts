import { run } from '../../testing/cli-harness.testing';
import { FakeSecrets } from '../../testing/fake-secrets.testing';

const secrets = new FakeSecrets();
beforeAll(() => {
  secrets.add('db', '{"user":"app"}', '{"user":"app","password":"open sesame","port":12345678901234567890,"on":true}');
  secrets.add('key', Buffer.from([0, 255, 10]));
  secrets.add('text', 'line\u001b[31m\n');
});

const get = (args: string, tty = false) => run(['get', ...args.split(' ')], { tty }, secrets.client);
const terminal = (args: string) => get(args, true);

it('gives a pipe exactly the bytes', async () => {
  expect((await get('db --stage AWSPREVIOUS')).out).toBe('{"user":"app"}');
  expect((await get('key')).bytes).toEqual(Buffer.from([0, 255, 10]));
  expect((await get('text')).out).toBe('line\u001b[31m\n');
});

it('gives one field: text as it is, all else as it stands there', async () => {
  expect((await get('db --key password')).out).toBe('open sesame');
  expect((await get('db --key port')).out).toBe('12345678901234567890');
  expect((await get('db --key on')).out).toBe('true');
});

it('says which keys there are, and whether there can be any', async () => {
  const { code, out, err } = await get('db --key constructor');
  expect({ code, out }).toEqual({ code: 3, out: '' });
  expect(err).toBe('strongroom: --key: the value of db has no key "constructor".\nIt has: "user", "password", "port", "on".\n');
  expect(await get('text --key x')).toMatchObject({ code: 2, err: expect.stringContaining('is not a JSON object') });
});

it.each(['db', 'db --key password', 'key', 'db -o json', 'db -o yaml', 'db --query secretString', 'db --key password -o json'])(
  'shows no value on a terminal (%s)',
  async (args) => {
    const { code, out } = await terminal(args);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('********') });
    expect(out).not.toContain('sesame');
  },
);

it('shows it if asked to, without what would steer the terminal', async () => {
  expect((await terminal('db --key password --reveal')).out).toBe('open sesame\n');
  expect((await terminal('text --reveal')).out).toBe('line\ufffd[31m\n\n');
  expect(JSON.parse((await terminal('db -o json --reveal')).out)).toMatchObject({ name: 'db', secretString: expect.any(String) });
  expect(await terminal('key --reveal')).toMatchObject({ code: 2, out: '', err: expect.stringContaining('is binary') });
});

it('is masked by where the answer goes, not by where questions come from', async () => {
  expect((await run(['get', 'db', '--key', 'password'], { tty: ['stdin', 'stderr'] }, secrets.client)).out).toBe('open sesame');
});

it('ends with 3 if there is no such secret, and says its name of the error', async () => {
  expect(await get('missing')).toMatchObject({
    code: 3,
    out: '',
    err: 'strongroom: ResourceNotFoundException: no such secret\n',
  });
});
