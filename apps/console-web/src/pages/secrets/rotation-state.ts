import type { SecretListEntry } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import type { Tone } from '../../components/status-badge';
import { secretsTexts } from '../../texts/secrets';

const texts = secretsTexts.rotation;

type Rotated = Pick<SecretListEntry, 'rotationEnabled' | 'nextRotationDate' | 'secretVersionsToStages'>;

/** How rotation stands, in a word; undefined where it was never set up. */
export function rotationState(secret: Rotated, now: Date): { tone: Tone; text: string } | undefined {
  if (secret.rotationEnabled === undefined) return undefined;
  // A new value waits for its last steps.
  const isOpen = Object.values(secret.secretVersionsToStages).some(
    ({ stages }) => stages.includes('AWSPENDING') && !stages.includes('AWSCURRENT'),
  );
  if (isOpen) return { tone: 'busy', text: texts.open };
  if (!secret.rotationEnabled) return { tone: 'neutral', text: texts.off };
  if (secret.nextRotationDate && secret.nextRotationDate < now) return { tone: 'warning', text: texts.overdue };
  return { tone: 'good', text: texts.on };
}
