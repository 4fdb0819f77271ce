import { FakeValues } from '../../values/fake-values.testing';
import { versionOf } from '../../values/versions.testing';
import { ClusterSource } from '../../values/secret-source';
import { Renderer } from './renderer';

const canary = 'canary-value';
const secrets = new FakeValues().put(versionOf('prod/db', { password: canary }), versionOf('prod/key', Buffer.from([0, 255])));
const source = new ClusterSource(() => Promise.resolve(secrets.calls), new AbortController().signal);
const render = async (text: string, options = {}) => Renderer.of(text, 'app.tpl', source).render(options);

it('puts values in, or masks once it has been checked that they are there', async () => {
  const text = 'p={{ strongroom://prod/db#password | shell }} {{ .Other }}\n';
  expect((await render(text)).toString()).toBe(`p='${canary}' {{ .Other }}\n`);
  expect((await render(text, { masked: true })).toString()).not.toContain(canary);
  await expect(render('{{ strongroom://prod/db#user }}', { masked: true })).rejects.toMatchObject({
    exitCode: 2,
    message: 'app.tpl:1:1: prod/db#user: the value has no such key',
  });
  expect(await render('{{ strongroom://prod/key }}')).toEqual(Buffer.from([0, 255]));
});

it('masks filters, too', async () => {
  const masked = await render('{{ strongroom://prod/db#password | base64 }}{{ strongroom://prod/key }}', { masked: true });
  expect(masked.toString()).toBe('****************');
});

it('names template, line and column of what breaks a rule, and the secret that is missing', async () => {
  await expect(render('\n {{ strongroom://prod/db | nothing }}')).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/^app\.tpl:2:2: no filter is called "nothing"/),
  });
  await expect(render('{{ strongroom://missing }}')).rejects.toMatchObject({ exitCode: 3 });
});
