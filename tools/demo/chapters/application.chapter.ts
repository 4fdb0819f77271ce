import type { Story } from '../story';
import type { Cast } from './access.chapter';

export const useSecret = async (story: Story, { orders }: Cast, versionId: string): Promise<void> => {
  story.narrator.chapter('The application fetches it and does its work');
  await story.applicationWorks(orders, versionId);
};

export const refuseOthers = async (story: Story, { orders, reporting }: Cast): Promise<void> => {
  story.narrator.chapter('Nobody else gets it, nor learns whether it exists');
  await story.applicationIsRefused(reporting, story.secretId, 'AccessDeniedException');
  await story.applicationIsRefused(orders, 'demo/staging/no-such-secret', 'AccessDeniedException');
};
