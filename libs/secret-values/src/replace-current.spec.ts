import { type CurrentValue, replaceCurrent } from './replace-current';

/** A secret with labels; `meanwhile` happens after the new version is there. */
const secret = (current: string | undefined, meanwhile: (labels: Map<string, string>) => void = () => undefined) => {
  const labels = new Map<string, string>(current === undefined ? [] : [['AWSCURRENT', current]]);
  const value: CurrentValue = {
    base: current,
    put: async (label) => {
      labels.set(label, 'new');
      meanwhile(labels);
      return 'new';
    },
    moveLabel: async ({ versionStage, moveToVersionId, removeFromVersionId }) => {
      if (labels.get(versionStage) !== removeFromVersionId) throw new Error('the label is elsewhere');
      if (moveToVersionId === undefined) labels.delete(versionStage);
      else labels.set(versionStage, moveToVersionId);
    },
    current: async () => labels.get('AWSCURRENT'),
    changedMeanwhile: () => new Error('changed meanwhile'),
  };
  return { labels, value };
};

it.each([['old'], [undefined]])('makes the value the current one after %p', async (current) => {
  const { labels, value } = secret(current);
  await expect(replaceCurrent(value)).resolves.toBe('new');
  expect([...labels]).toEqual([['AWSCURRENT', 'new']]);
});

it('leaves what somebody else wrote meanwhile, and no label of its own', async () => {
  const { labels, value } = secret('old', (all) => all.set('AWSCURRENT', 'other'));
  await expect(replaceCurrent(value)).rejects.toThrow('changed meanwhile');
  expect([...labels]).toEqual([['AWSCURRENT', 'other']]);
});

it('rejects with the reason when the label cannot move', async () => {
  const { value } = secret('old');
  const refused = { ...value, moveLabel: () => Promise.reject(new Error('you may not')) };
  await expect(replaceCurrent(refused)).rejects.toThrow('you may not');
});
