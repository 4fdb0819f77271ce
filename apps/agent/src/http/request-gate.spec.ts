import type { IncomingMessage } from 'node:http';
import { RequestGate } from './request-gate';

const TOKEN = 'the-token-of-this-test';
const gate = new RequestGate({
  tokenHeaders: ['X-Aws-Parameters-Secrets-Token', 'X-Vault-Token'],
  hosts: ['localhost', '127.0.0.1', '[::1]', 'Agent.Example'],
  isToken: (text) => text === TOKEN,
  maxConnections: 2,
});

const HOST = ['Host', 'localhost:2773'];
const PROOF = ['X-Aws-Parameters-Secrets-Token', TOKEN];
const check = (rawHeaders: string[], { method = 'GET', connections = 1, by = gate } = {}) => {
  const refusal = by.check({ method, rawHeaders } as IncomingMessage, connections);
  return refusal && `${refusal.reason}: ${refusal.answer.status} ${refusal.answer.body.toString()}`;
};

it.each([
  [[...HOST, ...PROOF]],
  [[...HOST, 'x-aws-parameters-secrets-token', TOKEN]],
  [[...HOST, 'X-VAULT-TOKEN', TOKEN]],
  // AWS's agent takes the one that is right.
  [[...HOST, 'X-Vault-Token', 'wrong', ...PROOF]],
  // Of a header that is there twice, the first counts.
  [[...HOST, ...PROOF, PROOF[0]!, 'wrong']],
  [['Host', '127.0.0.1', ...PROOF]],
  [['Host', '[::1]:2773', ...PROOF]],
  [['host', 'AGENT.example:80', ...PROOF]],
  [[...HOST, ...PROOF, 'Content-Length', '0']],
])('lets in %j', (headers) => {
  expect(check(headers)).toBeUndefined();
});

// Statuses and texts are those of AWS's agent, where it has one.
it.each([
  [[...HOST], 'token: 403 Bad Token'],
  [[...HOST, PROOF[0]!, ''], 'token: 403 Bad Token'],
  [[...HOST, PROOF[0]!, `${TOKEN}x`], 'token: 403 Bad Token'],
  [[...HOST, PROOF[0]!, `${TOKEN}, ${TOKEN}`], 'token: 403 Bad Token'],
  [[...HOST, PROOF[0]!.toUpperCase(), 'wrong', ...PROOF], 'token: 403 Bad Token'],
  [[...HOST, 'Authorization', TOKEN], 'token: 403 Bad Token'],
  [[...HOST, ...PROOF, 'X-Forwarded-For', '192.0.2.1'], 'forwarded: 400 Forwarded'],
  [[...HOST, ...PROOF, 'x-forwarded-for', ''], 'forwarded: 400 Forwarded'],
  // Whoever is forwarded does not learn whether the token is right.
  [[...HOST, 'X-FORWARDED-FOR', '::1'], 'forwarded: 400 Forwarded'],
  [[...HOST, ...PROOF, 'Forwarded', 'for=192.0.2.1'], 'forwarded: 400 Forwarded'],
  [[...HOST, ...PROOF, 'Via', '1.1 proxy'], 'forwarded: 400 Forwarded'],
  [['Host', 'attacker.example', ...PROOF], 'host: 403 Bad Host'],
  [['Host', 'localhost.attacker.example', ...PROOF], 'host: 403 Bad Host'],
  [['Host', '127.0.0.1:2773:80', ...PROOF], 'host: 403 Bad Host'],
  [['Host', 'localhost', 'Host', 'attacker.example', ...PROOF], 'host: 403 Bad Host'],
  [['Host', '', ...PROOF], 'host: 403 Bad Host'],
  [[...PROOF], 'host: 403 Bad Host'],
  [[...HOST, ...PROOF, 'Content-Length', '2'], 'body: 400 A request must have no body'],
  [[...HOST, ...PROOF, 'Transfer-Encoding', 'chunked'], 'body: 400 A request must have no body'],
])('refuses %j', (headers, expected) => {
  expect(check(headers)).toBe(expected);
});

it('takes nothing but GET, from whoever has the token', () => {
  for (const method of ['POST', 'HEAD', 'PUT', 'OPTIONS', 'TRACE']) {
    expect(check([...HOST, ...PROOF], { method })).toBe('method: 405 Not allowed');
    expect(check(HOST, { method })).toBe('token: 403 Bad Token');
  }
});

it('counts connections and headers before it reads them', () => {
  expect(check([...HOST, ...PROOF], { connections: 2 })).toBeUndefined();
  expect(check(HOST, { connections: 3 })).toBe('connections: 429 Connection limit exceeded');
  const many = Array.from({ length: 99 }, (_, n) => [`X-${n}`, '1']).flat();
  expect(check([...many, ...HOST])).toBe('token: 403 Bad Token');
  expect(check([...many, ...HOST, ...PROOF])).toBe('headers: 431 A request has at most 100 headers');
});

it('asks for no host on a socket', () => {
  const socket = new RequestGate({ tokenHeaders: ['X-Token'], isToken: (text) => text === TOKEN, maxConnections: 1 });
  expect(check(['X-Token', TOKEN, 'Host', 'anything'], { by: socket })).toBeUndefined();
  expect(check(['X-Aws-Parameters-Secrets-Token', TOKEN], { by: socket })).toBe('token: 403 Bad Token');
});
