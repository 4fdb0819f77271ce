import { expectThat } from '../narrator';
import type { DatabaseCredential } from '../shop-database';
import { short, type Story } from '../story';
import type { Cast } from './access.chapter';

export const changePassword = async (
  story: Story,
  { orders }: Cast,
  before: { versionId: string; password: string },
): Promise<string> => {
  const { narrator, admin, secretId, shop } = story;
  narrator.chapter('The password changes, and the application does not notice');
  const password = await story.newPassword();
  await narrator.step(
    'MariaDB gets a new password for the user',
    () => shop.changePassword(password),
    () => 'the old one no longer works',
  );
  const { versionId } = await narrator.step(
    'PutSecretValue',
    () => admin.secrets.putSecretValue({ secretId, secretString: story.secretString(password) }),
    (put) => `version ${short(put.versionId)} is ${put.versionStages.join(', ')}`,
  );
  story.remember('PutSecretValue');
  await expectVersion(story, 'AWSCURRENT', { versionId, password });
  await expectVersion(story, 'AWSPREVIOUS', before);
  await story.applicationWorks(orders, versionId);
  return versionId;
};

const expectVersion = async (
  story: Story,
  versionStage: string,
  expected: { versionId: string; password: string },
): Promise<void> => {
  const { narrator, admin, secretId } = story;
  const { versionId, secretString } = await narrator.step(
    `GetSecretValue of ${versionStage}`,
    () => admin.secrets.getSecretValue({ secretId, versionStage }),
    (read) => `version ${short(read.versionId)}`,
  );
  story.remember('GetSecretValue');
  expectThat(versionId === expected.versionId, `${versionStage} is not on version ${expected.versionId}`);
  const { password } = JSON.parse(secretString!) as DatabaseCredential;
  expectThat(password === expected.password, `the version ${versionStage} does not hold the password that was put`);
};
