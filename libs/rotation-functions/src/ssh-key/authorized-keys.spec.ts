import { addNextKey, hasKey, parsePublicKeys, removeKey } from './authorized-keys';

const key = (letter: string) => ({ type: 'ssh-ed25519', blob: `AAAAC3NzaC1lZDI1NTE5AAAAI${letter.repeat(43)}` });
const line = (letter: string, comment = '') => `ssh-ed25519 ${key(letter).blob}${comment && ` ${comment}`}`;
const [old, next, other] = [key('o'), key('n'), key('x')];
const marker = 'strongroom:app-AbCdEf';
const add = (text: string, former = [] as (typeof old)[]) => addNextKey(text, { current: old, next, former, marker });

it('adds the new key after the current one and keeps every other byte', () => {
  const before = `# mine\n\n${line('x', 'somebody')}\n${line('o', 'app@host')}\nnot a key at all\r\n`;
  expect(add(before)).toBe(
    `# mine\n\n${line('x', 'somebody')}\n${line('o', 'app@host')}\n${line('n', `app@host ${marker}`)}\nnot a key at all\r\n`,
  );
});

it('adds it in a file without an end of line, as the last line or the only one', () => {
  expect(add(line('o'))).toBe(`${line('o')}\n${line('n', marker)}`);
});

it.each([
  'from="10.0.0.0/8,192.168.0.1",no-pty ',
  'command="echo \\"ssh-rsa AAAA\\" # not a comment",restrict   ',
  'environment="A=b c" ',
  'no-agent-forwarding\t',
])('keeps the options %j', (options) => {
  expect(add(`${options}${line('o', 'c')}\n`)).toBe(`${options}${line('o', 'c')}\n${options}${line('n', `c ${marker}`)}\n`);
});

it('adds it at each place that has the current key, since each may serve another address', () => {
  const added = add(`from="a" ${line('o')}\nfrom="b" ${line('o')}\n`)!;
  expect(added.match(/from="[ab]" ssh-ed25519 \S+n\b/g)).toHaveLength(2);
});

it('changes nothing the second time, and marks a comment once', () => {
  const once = add(`${line('o', `app ${marker}`)}\n`)!;
  expect(once).toBe(`${line('o', `app ${marker}`)}\n${line('n', `app ${marker}`)}\n`);
  expect(add(once)).toBe(once);
});

it('clears away what earlier rotations of the same secret left, and no more', () => {
  const text = `${line('f', 'no mark')}\n${line('a', `app ${marker}`)}\n${line('b', 'strongroom:other-AbCdEf')}\n${line('o')}\n`;
  expect(add(text, [key('f')])).toBe(`${line('b', 'strongroom:other-AbCdEf')}\n${line('o')}\n${line('n', marker)}\n`);
});

it('does not find a key in a comment, an option or a part of another', () => {
  expect(add(`# ${line('o')}\n`)).toBeUndefined();
  expect(add(`command="${line('o')}" ${line('x')}\n`)).toBeUndefined();
  expect(add(`ssh-ed25519 ${old.blob}A\n`)).toBeUndefined();
  expect(add('')).toBeUndefined();
});

it('removes exactly one key', () => {
  const text = `# top\nfrom="a" ${line('o', 'app')}\n${line('n')}\n`;
  expect(removeKey(text, old)).toBe(`# top\n${line('n')}\n`);
  expect(removeKey(text, other)).toBe(text);
  expect([hasKey(text, old), hasKey(text, other)]).toEqual([true, false]);
});

it('reads the lines of known_hosts, of ssh-keyscan and of public keys', () => {
  const text = `# host:22 SSH-2.0\nhost,10.0.0.1 ${line('a')}\n[host]:2222 ${line('b')}\n|1|salt=|hash= ${line('c')}\n${line('d', 'root@host')}`;
  expect(parsePublicKeys(text)).toEqual([key('a'), key('b'), key('c'), key('d')]);
  expect(parsePublicKeys('SHA256:abc')).toEqual([]);
});
