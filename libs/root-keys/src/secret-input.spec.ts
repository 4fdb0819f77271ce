import { SecretInput, type SecretSource } from './secret-input';

/** Standard input that brings these chunks. */
function source(chunks: readonly string[], isTTY = false): SecretSource & { raw: boolean[] } {
  const raw: boolean[] = [];
  return {
    isTTY,
    raw,
    setRawMode: (mode: boolean) => raw.push(mode),
    async *[Symbol.asyncIterator]() {
      for (const chunk of chunks) yield Buffer.from(chunk);
    },
  };
}
const silent = { write: () => true };

async function lines(input: SecretInput): Promise<string[]> {
  const all: string[] = [];
  for (let line = await input.line('x'); line; line = await input.line('x')) all.push(line.toString());
  return all;
}

it('reads a line each, however the input is cut', async () => {
  for (const chunks of [['one\ntwo\r\nthree'], ['o', 'ne', '\n', 'two\r', '\n', 'three'], ['one\n', 'two\n', 'three\n']]) {
    const read = await lines(new SecretInput(source(chunks), silent));
    expect(read.filter((line) => line !== '')).toEqual(['one', 'two', 'three']);
  }
  expect(await lines(new SecretInput(source([]), silent))).toEqual([]);
});

it('shows nothing at a terminal, and takes back what was mistyped', async () => {
  const terminal = source(['pas', 'x\u007fs\r', 'again\r'], true);
  const said: string[] = [];
  const input = new SecretInput(terminal, { write: (text: string) => said.push(text) });
  expect([(await input.line('passphrase'))!.toString(), (await input.line('again'))!.toString()]).toEqual(['pass', 'again']);
  expect(said).toEqual(['passphrase: ', '\n', 'again: ', '\n']);
  expect(terminal.raw).toEqual([true, false, true, false]);
});

it('gives the terminal back when it is interrupted', async () => {
  const terminal = source(['pas\u0003'], true);
  await expect(new SecretInput(terminal, silent).line('passphrase')).rejects.toThrow('interrupted');
  expect(terminal.raw).toEqual([true, false]);
});

it('takes no line without an end', async () => {
  await expect(new SecretInput(source(['x'.repeat(1_025)]), silent).line('x')).rejects.toThrow('at most 1024 bytes');
});
