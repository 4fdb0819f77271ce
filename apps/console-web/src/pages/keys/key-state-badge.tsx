import { KeyState } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { StatusBadge, type Tone } from '../../components/status-badge';
import { keysTexts } from '../../texts/keys';

const texts = keysTexts.states;
const looks: Readonly<Partial<Record<KeyState, { tone: Tone; text: string }>>> = {
  [KeyState.ENABLED]: { tone: 'good', text: texts.enabled },
  [KeyState.DISABLED]: { tone: 'neutral', text: texts.disabled },
  [KeyState.PENDING_DELETION]: { tone: 'bad', text: texts.pendingDeletion },
  [KeyState.PENDING_IMPORT]: { tone: 'warning', text: texts.pendingImport },
};

export function KeyStateBadge({ state }: { state: KeyState }) {
  const { tone, text } = looks[state] ?? { tone: 'neutral', text: texts.unknown };
  return <StatusBadge tone={tone}>{text}</StatusBadge>;
}
