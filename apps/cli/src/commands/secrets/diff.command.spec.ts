import { run } from '../../testing/cli-harness.testing';
import { FakeSecrets } from '../../testing/fake-secrets.testing';
import { diffValues } from './diff-values';

const before = { host: 'db', password: 'open sesame', pool: { max: 5, min: 1 }, port: 1 };
const after = { host: 'db', password: 'open barley', pool: { min: 1, max: 9 }, user: 'app' };

it('compares bytes as a whole', () => {
  const bytes = (byte: number) => ({ secretBinary: Buffer.from([byte]) });
  expect(diffValues(bytes(1), bytes(2))).toEqual([{ key: '', change: 'changed' }]);
  expect(diffValues(bytes(97), { secretString: 'a' })).toEqual([{ key: '', change: 'same' }]);
});

describe('the command', () => {
  const secrets = new FakeSecrets();
  beforeAll(() => {
    secrets.add('db', JSON.stringify(before), JSON.stringify(after));
    secrets.add('text', 'open sesame', 'open sesame');
  });
  const diff = (args: string) => run(['diff', ...args.split(' ')], {}, secrets.client);

  it('shows keys and no values', async () => {
    const { code, out, err } = await diff('db');
    expect({ code, err, out }).toEqual({
      code: 0,
      err: '',
      out: '~\tpassword\tchanged\n~\tpool.max\tchanged\n-\tport\tremoved\n+\tuser\tadded\n',
    });
    const whole = await diff('db AWSCURRENT AWSPREVIOUS --all -o json');
    expect(whole.out).not.toMatch(/open|barley/);
    expect(JSON.parse(whole.out)).toMatchObject({ keys: expect.arrayContaining([{ key: 'host', change: 'same' }]) });
  });

  it('takes version ids', async () => {
    const [first, second] = [...secrets.secrets.get('db')!.values.keys()];
    expect((await diff(`db ${first} ${second}`)).out).toBe((await diff('db')).out);
  });

  it('says of a new secret that there is nothing to compare', async () => {
    secrets.add('new', 'open sesame');
    expect(await diff('new')).toMatchObject({ code: 3, err: expect.stringContaining('new has no version AWSPREVIOUS') });
  });

  it('ends with 1 for a difference if asked to', async () => {
    expect((await diff('db --exit-code')).code).toBe(1);
    expect(await diff('text --exit-code')).toMatchObject({ code: 0, out: '', err: 'The values are the same.\n' });
    expect((await diff('text no-such-label --exit-code')).code).toBe(3);
  });
});
