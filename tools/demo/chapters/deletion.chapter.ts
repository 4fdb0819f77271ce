import type { Story } from '../story';
import type { Cast } from './access.chapter';

export const deleteAndRestore = async (story: Story, { orders }: Cast, versionId: string): Promise<void> => {
  const { narrator, admin, secretId } = story;
  narrator.chapter('Deleted, and taken back');
  await narrator.step(
    'DeleteSecret with a week to change your mind',
    () => admin.secrets.deleteSecret({ secretId, recoveryWindowInDays: 7 }),
    ({ deletionDate }) => `it will be deleted on ${deletionDate!.toISOString().slice(0, 10)}`,
  );
  story.remember('DeleteSecret');
  await story.applicationIsRefused(orders, secretId, 'InvalidRequestException');
  await narrator.step(
    'RestoreSecret',
    () => admin.secrets.restoreSecret({ secretId }),
    ({ name }) => `${name} is back`,
  );
  story.remember('RestoreSecret');
  await story.applicationWorks(orders, versionId);
};
