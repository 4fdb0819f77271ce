import { usageTexts } from '../../texts/usage';
import { localPart } from '../trail/event-words';
import { type Grouping, OTHERS } from './usage-series';

const texts = usageTexts.calls;

/** What a group is called below a plot. */
export function groupWords(grouping: Grouping, group: string): string {
  if (group === OTHERS) return texts.others;
  if (group === '') return texts.noGroup[grouping];
  if (grouping === 'tag') return group;
  return grouping === 'secret'
    ? localPart(group)
        .replace(/^secret:/, '')
        .replace(/-[A-Za-z0-9]{6}$/, '')
    : localPart(group);
}
