import { Template } from '@strongroom/templates';
import { versionOf } from '../testing/fake-source.testing';
import { ContentError } from './file-content';
import { recipeOf } from './file-recipe';
import type { FileDescription } from './files-config';

const described = (more: Partial<FileDescription>): FileDescription => ({
  path: '/run/app.conf',
  format: 'value',
  mode: 0o600,
  onDisk: false,
  onLoss: 'remove',
  ...more,
});
const ofText = (text: string) => recipeOf(described({ template: Template.parse(text, 'app.tpl') }));

it('is one version of a secret', () => {
  const recipe = recipeOf(described({ secret: 'db', versionStage: 'AWSPENDING', field: 'user' }));
  expect(recipe.references).toEqual([{ secretId: 'db', versionStage: 'AWSPENDING' }]);
  expect(recipe.make([versionOf('{"user":"app"}')]).toString()).toBe('app');
});

it('is a text with values of several secrets, each of which is read once', () => {
  const { references, make } = ofText(
    'user={{ strongroom://db#user }} key={{ strongroom://key | base64 }} old={{ strongroom://db?stage=AWSPREVIOUS#user | json }} ' +
      '{{ strongroom://db#port }} {{ .Other }}',
  );
  expect(references).toEqual([{ secretId: 'db' }, { secretId: 'key' }, { secretId: 'db', versionStage: 'AWSPREVIOUS' }]);
  const values = ['{"user":"app","port":5432}', 'k', '{"user":"before"}'];
  expect(make(values.map((value) => versionOf(value))).toString()).toBe('user=app key=aw== old="before" 5432 {{ .Other }}');
});

it('says where a value does not fit, and nothing of it', () => {
  const { make } = ofText('\n {{ strongroom://db#user }}');
  expect(() => make([versionOf('{"password":"hidden"}')])).toThrow(/^app\.tpl:2:2: db#user: the value has no such key$/);
  expect(() => make([versionOf('hidden')])).toThrow(/^app\.tpl:2:2: db: the value is not JSON/);
  expect(() => make([versionOf('hidden')])).toThrow(ContentError);
});
