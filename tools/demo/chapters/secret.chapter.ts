import { short, type Story } from '../story';

/** Resolves with the id of the first version. */
export const storeSecret = async (story: Story, password: string): Promise<string> => {
  const { narrator, admin, secretId } = story;
  narrator.chapter('Its credential becomes a secret');
  const { versionId } = await narrator.step(
    `CreateSecret ${secretId}`,
    () =>
      admin.secrets.createSecret({ name: secretId, description: 'Orders database', secretString: story.secretString(password) }),
    (created) => `${created.arn}, version ${short(created.versionId!)}`,
  );
  story.remember('CreateSecret');
  return versionId!;
};

/** The walkthrough can be taken again: the secret of a former one goes first, without a window. */
export const forgetSecret = async ({ admin, secretId }: Story): Promise<void> => {
  await admin.secrets.deleteSecret({ secretId, forceDeleteWithoutRecovery: true });
};
