import type { StrongroomClient } from '@strongroom/client';
import { run } from '../../testing/cli-harness.testing';

const expiration = new Date('2026-01-02T03:04:05Z');
const env = { STRONGROOM_CONSOLE_ADDRESS: 'here:7418,there:7418' };
let asked: unknown[];
beforeEach(() => {
  asked = [];
});

const strongroom = {
  identity: {
    async createSignInLink(request: unknown) {
      asked.push(request);
      return { token: 'srl_abc', expiration };
    },
  },
  close: () => undefined,
} as unknown as StrongroomClient;
const link = (args: readonly string[], variables: Record<string, string> = env) =>
  run(['console-url', ...args], { env: variables }, strongroom);

it('prints a link to the first console and nothing else, and says to whom and until when it is good', async () => {
  const { code, out, err } = await link([]);
  expect([code, out]).toEqual([0, 'https://here:7418/sign-in#token=srl_abc\n']);
  expect(err).toBe('Whoever opens it first is you. It is good until 2026-01-02T03:04:05Z.\n');
  expect(asked).toEqual([{ userName: undefined }]);
});

it('makes links for others, with a session as long as they need it', async () => {
  const { out, err } = await link(['--user', 'alice', '--duration', '90m']);
  expect(out).toBe('https://here:7418/sign-in#token=srl_abc&duration=5400\n');
  expect(err).toContain('is alice.');
  expect(asked).toEqual([{ userName: 'alice' }]);
});

it.each([
  [['--duration', '5m'], env, 'from 15 min to 12 h'],
  [[], { STRONGROOM_TOKEN: 'x' }, 'STRONGROOM_CONSOLE_ADDRESS: must be set'],
])('refuses %j with %j', async (args, variables, message) => {
  const { code, out, err } = await link(args, variables);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(message);
  expect(asked).toEqual([]);
});
