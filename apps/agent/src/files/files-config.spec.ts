import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigError } from '@strongroom/config';
import { temporaryDirectory } from '@strongroom/testing';
import { readFilesConfig } from './files-config';

const folder = temporaryDirectory('files-config');
const path = join(folder.path, 'files.yaml');
afterAll(() => folder.remove());

const read = (text: string) => {
  writeFileSync(path, text);
  return readFilesConfig(path);
};
const problems = (text: string): readonly string[] => {
  try {
    read(text);
    return [];
  } catch (error) {
    return (error as ConfigError).problems.map((problem) => problem.replace(`STRONGROOM_AGENT_FILES: ${path}: `, ''));
  }
};

it('reads YAML, and JSON', () => {
  const yaml = `
files:
  - path: /run/app/db.env
    secret: prod/db
    format: envfile
    mode: "0640"
    gid: 1000
    after: { signal: SIGHUP, pidFile: /run/app.pid }
  - path: /run/app/password
    secret: prod/db
    field: /user/password
    onLoss: keep
    onDisk: true
    after: { command: [nginx, -s, reload] }
`;
  const defaults = { format: 'value', mode: 0o600, onDisk: false, onLoss: 'remove' };
  const expected = [
    {
      ...defaults,
      path: '/run/app/db.env',
      secret: 'prod/db',
      format: 'envfile',
      mode: 0o640,
      gid: 1000,
      after: { signal: 'SIGHUP', pidFile: '/run/app.pid', timeoutSeconds: 30 },
    },
    {
      ...defaults,
      path: '/run/app/password',
      secret: 'prod/db',
      field: '/user/password',
      onLoss: 'keep',
      onDisk: true,
      after: { command: ['nginx', '-s', 'reload'], timeoutSeconds: 30 },
    },
  ];
  expect(read(yaml)).toEqual(expected);
  const json = expected.map((file) => ({ ...file, mode: `0${file.mode.toString(8)}` }));
  expect(read(JSON.stringify({ files: json }))).toEqual(expected);
});

it('reads templates, in the configuration and in files of their own', () => {
  const templateFile = join(folder.path, 'app.conf.tpl');
  writeFileSync(templateFile, 'password = {{ strongroom://prod/db#password | toml }}');
  const [inside, apart] = read(`
files:
  - path: /run/app/url
    template: mysql://{{ strongroom://prod/db#user }}:{{ strongroom://prod/db#password | urlencode }}@db/shop
  - { path: /run/app/app.conf, templateFile: ${templateFile} }
`);
  expect(inside!.template!.references).toHaveLength(2);
  expect(apart!.template!.references).toEqual([{ secretId: 'prod/db', field: 'password' }]);
  expect(apart).not.toHaveProperty('templateFile');
});

const file = (more: object) => JSON.stringify({ files: [{ path: '/run/a', secret: 'a', ...more }] });

it.each([
  [file({ path: 'run/a' }), 'files[0].path: must be an absolute path of a file'],
  [file({ path: '/run/a/' }), 'files[0].path: must be an absolute path of a file'],
  [file({ secret: '' }), 'files[0].secret: '],
  [file({ mode: '0644' }), 'files[0].mode: must give nothing to everybody: the last digit must be 0'],
  [file({ mode: '600' }), 'files[0].mode: must be four octal digits in quotes, such as "0600"'],
  [file({ mode: 384 }), 'files[0].mode: '],
  [file({ format: 'json', field: 'a' }), 'files[0].field: must not stand beside a format other than value'],
  [file({ template: 'x' }), 'files[0]: must have one of secret, template and templateFile'],
  [file({ secret: undefined }), 'files[0]: must have one of secret, template and templateFile'],
  [file({ secret: undefined, template: '{{ strongroom://a }}', field: 'b' }), 'files[0]: must not have versionStage, versionId'],
  [file({ secret: undefined, template: 'no value' }), 'files[0]: template: must have 1 to 100 references'],
  [file({ secret: undefined, template: '\n{{ strongroom://a | x }}' }), 'files[0]: template:2:1: no filter is called "x"'],
  [file({ secret: undefined, templateFile: '/nowhere/x' }), 'files[0]: /nowhere/x cannot be read (ENOENT)'],
  [file({ onLoss: 'ignore' }), 'files[0].onLoss: '],
  [file({ owner: 'me' }), 'files[0]: '],
  [file({ after: {} }), 'files[0].after: must have signal and pidFile, or command, or both'],
  [file({ after: { signal: 'SIGHUP' } }), 'files[0].after: must have signal and pidFile, or command, or both'],
  [file({ after: { signal: 'SIGKILL', pidFile: '/run/pid' } }), 'files[0].after.signal: '],
  [file({ after: { command: [] } }), 'files[0].after.command: '],
  ['{"files":[]}', 'files: '],
  ['', 'the file: '],
  ['files: [', 'line '],
])('refuses %s', (text, problem) => {
  expect(problems(text)).toEqual([expect.stringContaining(problem)]);
});

it('refuses the same path twice, and a file that is not there', () => {
  const one = { path: '/run/a', secret: 'a' };
  expect(problems(JSON.stringify({ files: [one, one] }))).toEqual(['files: must not have the same path twice']);
  expect(() => readFilesConfig(join(folder.path, 'absent'))).toThrow('cannot be read (ENOENT)');
});
