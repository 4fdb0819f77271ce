import type { Plan } from './requests/plan';
import { Report } from './report';

const finding = { check: 'internal error', target: 'kms.Encrypt', seen: '500', index: 12 };
const plan: Plan = {
  index: 12,
  target: 'kms.Encrypt',
  kind: 'hostile',
  caller: 'owner',
  twins: [],
  requests: [
    {
      via: 'https',
      operation: 'kms.Encrypt',
      signingName: 'kms',
      caller: 'owner',
      isUnsigned: false,
      protocol: 'h1',
      headers: {},
      body: Buffer.from('{"KeyId":"\\u0000"}'),
    },
  ],
};
const answer = { status: '500', reason: '', message: 'internal error', details: [], content: '', elapsedMs: 3 };

it('tells each fault once, with how to repeat it and what was sent', () => {
  const said: string[] = [];
  const report = new Report('a-seed', (line) => said.push(line));
  report.add(finding, plan, [answer]);
  report.add({ ...finding, index: 40 });
  report.add({ ...finding, target: 'kms.Decrypt', index: 41 });
  expect(said).toHaveLength(2);
  expect(report.findings).toMatchObject([{ count: 2, index: 12 }, { count: 1 }]);
  expect(report.findings[0]!.example).toContain('{"KeyId":"\\u0000"}');
  expect(report.findings[0]!.example).toContain('→ 500');
  const summary = report.summary();
  expect(summary).toContain('3 × internal error · 500');
  expect(summary).toContain('kms.Encrypt, kms.Decrypt');
  expect(summary).toContain('npm run fuzz -- --seed a-seed --only 12');
});
